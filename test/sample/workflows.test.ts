import { expect } from "chai";
import { project, sidehook } from "../support/command.ts";

describe("the sample's workflows", function () {
  this.timeout(120_000); // processes start slowly on a busy machine

  it("pass their tests, which take every step and branch", async () => {
    const { code, stdout } = await sidehook(["test", "--min-coverage", "100"], { cwd: project });
    expect(stdout).to.match(/\n(\d+) of \1 steps and branches are taken \(100 %\)\n$/);
    expect(code).to.equal(0);
  });
});
