// oxlint-disable unicorn/no-thenable -- `then` is a word of the configuration, and holds a list
import { expect } from "chai";
import { branch, expression, failureOf, mistakesIn, ran } from "./step-context.ts";

describe("a condition", () => {
  const thenBranch = branch("then");
  const elseBranch = branch("else");

  it("walks `then` when it is true, and gives true", async () => {
    const config = { if: expression(true), then: thenBranch, else: elseBranch };
    const { outcome, walked } = await ran("condition", config);
    expect(outcome).to.deep.equal({ go: "on", result: true });
    expect(walked).to.deep.equal([{ branch: thenBranch, place: { at: "then" } }]);
  });

  it("walks `else` when it is false, and gives false", async () => {
    const config = { if: expression(false), then: thenBranch, else: elseBranch };
    const { outcome, walked } = await ran("condition", config);
    expect(outcome).to.deep.equal({ go: "on", result: false });
    expect(walked).to.deep.equal([{ branch: elseBranch, place: { at: "else" } }]);
  });

  for (const [holds, only] of [
    [false, { then: thenBranch }],
    [true, { else: elseBranch }],
    [false, { then: [] }],
  ] as const) {
    it(`that is ${holds} goes on when it has no branch except \`${Object.keys(only).join()}\``, async () => {
      const { outcome, walked } = await ran("condition", { if: expression(holds), ...only });
      expect(outcome).to.deep.equal({ go: "on", result: holds });
      expect(walked).to.deep.equal([]);
    });
  }

  it("without branches goes on when it is true", async () => {
    const { outcome } = await ran("condition", { if: expression(true) });
    expect(outcome).to.deep.equal({ go: "on", result: true });
  });

  it("without branches refuses when it is false", async () => {
    const { outcome } = await ran("condition", { if: expression(false) });
    expect(outcome).to.deep.equal({ go: "end", status: "failed", result: false, refused: true });
  });

  it("ends the run when its branch does, and is not reported as the step that refused", async () => {
    const config = { if: expression(true), then: thenBranch };
    const { outcome } = await ran("condition", config, {
      walk: () => ({ go: "end", status: "failed", result: null, refused: true }),
    });
    expect(outcome).to.deep.equal({ go: "end", status: "failed", result: true, refused: false });
  });

  for (const value of [null, 0, "true", [], {}]) {
    it(`errs on ${JSON.stringify(value)}, which is neither true nor false`, async () => {
      const { message } = await failureOf("condition", { if: expression(value, "t.x") });
      expect(message).to.match(/^t\.x: should be true or false, but is /);
    });
  }
});

describe("several conditions", () => {
  it("walk the first case that is true, and give its index", async () => {
    const { outcome, walked } = await ran("multi-conditions", { cases: cases(false, true, true) });
    expect(outcome).to.deep.equal({ go: "on", result: 1 });
    expect(walked).to.deep.equal([{ branch: branch("case 1"), place: { at: "cases[1]" } }]);
  });

  it("do not test the cases after the first one that is true", async () => {
    const untested = { if: expression("no boolean"), steps: [] };
    const { outcome } = await ran("multi-conditions", { cases: [...cases(true), untested] });
    expect(outcome).to.deep.equal({ go: "on", result: 0 });
  });

  it("walk `otherwise` when none is true, and give null", async () => {
    const otherwise = branch("otherwise");
    const { outcome, walked } = await ran("multi-conditions", { cases: cases(false), otherwise });
    expect(outcome).to.deep.equal({ go: "on", result: null });
    expect(walked).to.deep.equal([{ branch: otherwise, place: { at: "otherwise" } }]);
  });

  it("need at least one case", () => {
    expect(mistakesIn("multi-conditions", { cases: [] })).to.deep.equal([
      "cases: should have at least one case",
    ]);
  });
});

describe("an end", () => {
  it("ends the run as it says", async () => {
    const { outcome } = await ran("end", { status: "failed" });
    expect(outcome).to.deep.equal({ go: "end", status: "failed", result: null });
  });

  it("is succeeded or failed, and nothing else", () => {
    expect(mistakesIn("end", { status: "staus" })).to.have.length(1);
    expect(mistakesIn("end", {})).to.have.length(1);
  });
});

/** Cases of these tests, each with a branch of its own. */
function cases(...tests: boolean[]) {
  return tests.map((holds, index) => ({ if: expression(holds), steps: branch(`case ${index}`) }));
}
