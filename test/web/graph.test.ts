import { expect } from "chai";
import type { StepRecord } from "../../web/api/answers.ts";
import { recordsOf } from "../../web/graph/records.ts";
import { insideOf, nodesOf, placeOf, wholeOf } from "../../web/graph/tree.ts";

const record = (path: string, more: Partial<StepRecord> = {}): StepRecord => ({
  path,
  id: null,
  type: "log",
  status: "succeeded",
  attempt: 1,
  result: null,
  error: null,
  startedAt: "2026-01-01T00:00:00.000Z",
  durationMs: 1,
  ...more,
});

const say = { type: "log", message: "Hello" };

describe("the graph of a run", () => {
  it("tells which branch of a condition was taken, also one without steps", () => {
    const source = {
      // oxlint-disable-next-line unicorn/no-thenable -- a word of the configuration
      steps: [{ id: "check", type: "condition", if: "true", then: [], else: [say] }],
    };
    const records = recordsOf([record("check", { type: "condition", result: true })]);
    const [check] = nodesOf(wholeOf(source), records);
    const ways = check && insideOf(check, records).ways;
    expect(ways?.map(({ label, taken }) => [label, taken])).to.deep.equal([
      ["then", true],
      ["else", false],
    ]);
  });

  it("tells which case was taken, and its test", () => {
    const cases = [
      { if: "a", steps: [say] },
      { if: "b", steps: [{ ...say, id: "said" }] },
    ];
    const source = { steps: [{ id: "choose", type: "multi-conditions", cases, otherwise: [say] }] };
    const records = recordsOf([record("choose.cases[1].said"), record("choose", { result: 1 })]);
    const [choose] = nodesOf(wholeOf(source), records);
    const ways = choose && insideOf(choose, records).ways;
    expect(ways?.map(({ label, test, taken }) => [label, test, taken])).to.deep.equal([
      ["case 1", "a", false],
      ["case 2", "b", true],
      ["otherwise", null, false],
    ]);
  });

  it("has the turns of a loop that were begun, each with how its steps ended", () => {
    const source = { steps: [{ id: "all", type: "loop", over: "3", steps: [say] }] };
    const steps = [record("all[0].log#0"), record("all[1].log#0", { status: "errored" })];
    const records = recordsOf(steps);
    const [all] = nodesOf(wholeOf(source), records);
    const turns = all && insideOf(all, records).turns;
    expect(turns?.map(({ label, prefix }) => [label, prefix])).to.deep.equal([
      ["turn 1", "all[0]."],
      ["turn 2", "all[1]."],
    ]);
    expect([records.counts("all[0]"), records.counts("all[1]")]).to.deep.equal([
      { succeeded: 1 },
      { errored: 1 },
    ]);
    expect(records.counts("all[2]")).to.equal(null);
  });

  it("has a step's attempts in their order", () => {
    const source = { steps: [{ id: "pay", type: "request" }] };
    const records = recordsOf([
      record("pay", { status: "errored" }),
      record("pay", { attempt: 2 }),
    ]);
    const [pay] = nodesOf(wholeOf(source), records);
    expect(pay?.attempts.map(({ status }) => status)).to.deep.equal(["errored", "succeeded"]);
  });

  it("knows the place of a step at any depth in the definition", () => {
    const inner = { id: "pay", type: "request", onError: [{ ...say, id: "tell" }] };
    const source = {
      steps: [
        say,
        {
          id: "fan",
          type: "parallel",
          branches: [[], [{ id: "turns", type: "loop", steps: [inner] }]],
        },
      ],
    };
    const places = ["log#0", "fan.branches[1].turns[7].pay.onError.tell", "gone"];
    expect(places.map((path) => placeOf(source, path))).to.deep.equal([
      "steps/0",
      "steps/1/branches/1/0/steps/0/onError/0",
      null,
    ]);
  });
});
