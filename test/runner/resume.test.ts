import { expect } from "chai";
import { act, branch, nest, outcome, repeat, say } from "./builders.ts";
import type { StepContext } from "../../src/model/step-context.ts";
import { Killed, life, nothingKept, seen } from "./lives.ts";

describe("a run that is gone on with", () => {
  it("does not do again what was done, wherever its process died, and ends as it would have", async () => {
    for (const dieAt of [1, 2, 3, 4, 5, 6]) {
      const { steps, done } = work();
      const kept = nothingKept();
      const death: unknown = await life(steps, kept, { dieAt }).catch((error: unknown) => error);
      expect(death).to.be.instanceOf(Killed);
      const end = await life(steps, kept);
      expect(end).to.deep.include({ status: "succeeded", messages: ["hello"], output: 6 });
      // Each but the one that was in flight.
      expect(new Set(done)).to.deep.equal(new Set(["a", "t0", "t1", "z"]));
      expect(done.length).to.be.at.most(5);
    }
  });

  it("begins no step that acts before all that led to it is committed, and waits for no other", async () => {
    const kept = nothingKept();
    const seenAtStart: number[] = [];
    const count = () => seenAtStart.push(kept.commits.length);
    const pays = () => act(count, {}, { acts: true });
    await life(branch(say("one"), act(count), pays(), say("two"), pays()), kept);
    expect(seenAtStart).to.deep.equal([0, 2, 4]);
    expect(kept.commits).to.have.length(5);
  });

  it("ends as it did when the step that ended it was committed", async () => {
    const kept = nothingKept();
    const ending = outcome({ go: "end", status: "failed", result: null });
    const steps = branch(nest(branch(say("no"), ending)), say("never"));
    await life(steps, kept, { dieAt: 3 }).catch(() => undefined);
    const end = await life(steps, kept);
    expect(end).to.deep.include({ status: "failed", stopped: true, messages: ["no"] });
  });
});

/** Steps that count, speak and assign, some of them in turns. */
function work() {
  const done: string[] = [];
  const turn = acting("turn", ({ scope, assign }) => {
    const { index } = scope["each"] as { index: number };
    done.push(`t${index}`);
    const total = (seen(scope, "vars", "total") as number) + index;
    assign("total", total);
    return total;
  });
  const steps = branch(
    acting("a", ({ assign }) => (done.push("a"), assign("total", 5), null)),
    say("hello"),
    repeat(2, branch(turn), { id: "turns" }),
    acting("z", async ({ scope, output }) => {
      await Promise.resolve();
      done.push("z");
      output(seen(scope, "vars", "total"));
      return seen(scope, "steps", "turns");
    }),
  );
  return { steps, done };
}

const acting = (id: string, run: (context: StepContext) => unknown) =>
  act(run, { id }, { acts: true });
