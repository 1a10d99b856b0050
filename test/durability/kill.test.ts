import { expect } from "chai";
import { endure } from "./endurance.ts";

describe("runs that were accepted", function () {
  const { KILLS = "5", RUNS = "300", SEED = String(Date.now() % 1_000_000_007) } = process.env;
  this.timeout(60_000 + Number(KILLS) * 20_000);

  it(`are all done, each once, though the gateway is killed ${KILLS} times (seed ${SEED})`, async () => {
    const kills = Number(KILLS);
    const runs = Number(RUNS);
    const { accepted, ...result } = await endure({ kills, runs, seed: Number(SEED) });
    expect(accepted).to.be.at.least(runs);
    expect(result).to.deep.equal({ kills, lost: [], undone: [], doubled: [], untold: [] });
  });
});
