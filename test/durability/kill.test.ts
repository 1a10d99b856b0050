import { expect } from "chai";
import { killBetween } from "./between.ts";
import { endure } from "./endurance.ts";

// The long form: npm run test:endurance
const { KILLS = "4", RUNS = "300", KILLS_BETWEEN = "8" } = process.env;
const seed = Number(process.env["SEED"] ?? Date.now() % 1_000_000_007);

describe("runs that were accepted", function () {
  const kills = Number(KILLS);
  this.timeout(60_000 + kills * 20_000);

  it(`are all done, each once, though the gateway is killed ${kills} times (seed ${seed})`, async () => {
    const { accepted, ...result } = await endure({ kills, runs: Number(RUNS), seed });
    expect(accepted).to.be.at.least(Number(RUNS));
    expect(result).to.deep.equal({ kills, lost: [], undone: [], doubled: [], untold: [] });
  });
});

describe("a record that the upstream has just made", function () {
  const kills = Number(KILLS_BETWEEN);
  this.timeout(60_000 + kills * 10_000);

  it(`is never forgotten when the gateway is killed over it: its run is done or unconfirmed (${kills} times, seed ${seed})`, async () => {
    const { done, unconfirmed, wrong } = await killBetween({ kills, seed });
    expect(wrong).to.deep.equal([]);
    expect(done + unconfirmed).to.equal(kills);
  });
});
