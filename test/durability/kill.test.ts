import { expect } from "chai";
import { killBetween } from "./between.ts";
import { endure } from "./endurance.ts";

// The long form: npm run test:endurance
const seed = Number(process.env["SEED"] ?? Date.now() % 1_000_000_007);

describe("a gateway that is killed", function () {
  this.timeout(240_000);

  it(`has done all runs that it accepted, each once, when it was killed 4 times (seed ${seed})`, async () => {
    const { accepted, ...result } = await endure({ kills: 4, runs: 300, seed });
    expect(accepted).to.be.at.least(300);
    const nothing = { lost: [], undone: [], doubled: [], twice: [], unreported: [] };
    expect(result).to.deep.equal({ kills: 4, ...nothing });
  });

  it(`forgets no record that the upstream has just made: its run is done or unconfirmed (8 times, seed ${seed})`, async () => {
    const { done, unconfirmed, wrong } = await killBetween({ kills: 8, seed });
    expect(wrong).to.deep.equal([]);
    expect(done + unconfirmed).to.equal(8);
  });
});
