import { expect } from "chai";
import { doneAnswer, stopOf } from "../../src/hooks/answer/own-answer.ts";
import { type SequenceParts, type Turn, runInSequence } from "../../src/hooks/sequence.ts";
import type { ReportedRun } from "../../src/hooks/answer/workflow-headers.ts";
import type { RunEnd } from "../../src/model/run.ts";
import { aStart, aWorkflow, anEnd } from "../support/runs.ts";

describe("runs that a client waits for", () => {
  it("run one after another, and their messages stand behind those that were said before", async () => {
    const { parts, reported } = bench({ a: { messages: ["A"] }, b: { messages: ["B", "b"] } });
    const done = await runInSequence(turns("a", "b"), { ...parts, messages: ["before"] });
    expect(done).to.deep.equal({ messages: ["before", "A", "B", "b"], output: null, stop: null });
    expect(reported).to.deep.equal(["a succeeded", "b succeeded"]);
  });

  it("end with the first that stops them, which is reported and answers with what was said", async () => {
    const { parts, reported } = bench({
      a: { messages: ["A"] },
      b: { messages: ["B"], stopped: true },
    });
    const { messages, stop } = await runInSequence(turns("a", "b", "c"), parts);
    expect(stop).to.deep.equal(doneAnswer(["A", "B"], undefined));
    expect(messages).to.deep.equal(["A"]);
    expect(reported).to.deep.equal(["a succeeded", "b succeeded"]);
  });

  it("go on after one that only observes, whose messages do not count", async () => {
    const { parts, reported } = bench({ a: { status: "failed", stopped: true, messages: ["A"] } });
    const both = turns("a", "b").map((turn, at) => ({ ...turn, observe: at === 0 }));
    const done = await runInSequence(both, parts);
    expect(done).to.deep.equal({ messages: [], output: null, stop: null });
    expect(reported).to.deep.equal(["a failed", "b succeeded"]);
  });

  it("give what the last output step of all runs gave, even if that is null", async () => {
    const outputs = { a: { output: 1 }, b: { output: undefined } };
    const { parts } = bench({ ...outputs, c: { output: undefined } });
    expect(await runInSequence(turns("a", "b", "c"), parts)).to.have.property("output", 1);
    expect(await runInSequence(turns("b"), parts)).to.have.property("output", undefined);
    expect(await runInSequence(turns("a", "d"), parts)).to.have.property("output", null);
  });

  it("are started one by one: each when the one before it has passed, and none after one that stopped the request", async () => {
    const seen: string[] = [];
    const { parts } = bench({ b: { stopped: true } }, (key) => seen.push(`ran ${key}`));
    function* asked(): Generator<Turn> {
      for (const turn of turns("a", "b", "c")) {
        yield turn;
        seen.push(`passed ${turn.workflow.key}`);
      }
    }
    await runInSequence(asked(), parts);
    expect(seen).to.deep.equal(["ran a", "passed a", "ran b"]);
  });
});

/** Turns of workflows with these keys. */
const turns = (...keys: string[]): Turn[] =>
  keys.map((key) => ({ workflow: aWorkflow({ key }), start: () => aStart() }));

/** The ends of runs by their workflows' keys, and the runs that were reported. */
function bench(
  ends: Record<string, Partial<RunEnd>>,
  ran: (key: string) => void = () => undefined,
) {
  const reported: string[] = [];
  const parts: SequenceParts = {
    run({ key }, start) {
      ran(key);
      return Promise.resolve(anEnd(start, ends[key]));
    },
    report: { ran: ({ key, status }: ReportedRun) => void reported.push(`${key} ${status}`) },
    messages: [],
    afterEach: (workflow, end, { messages }) => stopOf(workflow, end, messages),
  };
  return { parts, reported };
}
