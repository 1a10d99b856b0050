import { expect } from "chai";
import { killBetween } from "./between.ts";
import { endure } from "./endurance.ts";
import { type ChangedBuild, changedBuild } from "./changed-build.ts";

// These tests show that the kill tests can fail.
describe("a gateway that is killed", function () {
  this.timeout(240_000);
  let build: ChangedBuild;
  afterEach(() => build.remove());

  it("loses runs that it answered for, if it answers before their commit", async () => {
    const commit = "const { added, claimed } = await writer.write(job, definitions);";
    const late =
      "setTimeout(() => writer.write(job, definitions), 60_000).unref(); const [added, claimed] = [1, []];";
    build = await changedBuild([["store/run-queue.js", commit, late]]);
    const { lost } = await endure({ kills: 3, runs: 50, seed: 1, bin: build.bin });
    expect(lost).not.to.be.empty;
  });

  it("forgets records that the upstream has made, if it records no intent", async () => {
    const intent = 'await writer.write({ kind: "open", runs: rows }, definitions);';
    build = await changedBuild([["store/intents.js", intent, ""]]);
    const { wrong } = await killBetween({ kills: 12, seed: 1, bin: build.bin });
    expect(wrong).not.to.be.empty;
  });
});
