import { lazySignal } from "../../src/model/lazy-signal.ts";
import { expect } from "chai";
import type { EndedRun, NewRun } from "../../src/model/queue.ts";
import type { StepContext } from "../../src/model/step-context.ts";
import { StepError } from "../../src/model/step-error.ts";
import { ProcessStopping } from "../../src/model/stopping.ts";
import type { Workflow } from "../../src/model/workflow.ts";
import {
  act,
  branch,
  expression,
  forever,
  nest,
  repeat,
  say,
  stepEnds,
  walked,
} from "./builders.ts";
import { clock, journalOf, life, nothingKept, seen } from "./lives.ts";

const at = (seconds: number) => new Date(Date.parse("2026-01-02T03:04:05Z") + seconds * 1_000);

/** Waits a number of seconds, however often its process dies. */
const wait =
  (seconds: number) =>
  async ({ remember, waitUntil, now }: StepContext) => {
    const until = await remember("until", () =>
      new Date(now().getTime() + seconds * 1_000).toISOString(),
    );
    await waitUntil(new Date(until));
    return null;
  };

describe("a run that waits", () => {
  it("occupies no slot meanwhile; no `onError` and no retry of a step around catches that", async () => {
    const kept = nothingKept();
    const time = clock();
    const steps = branch(
      nest(branch(act(wait(60))), { onError: "continue", retry: { attempts: 3 } }),
      say("after"),
    );
    expect(await life(steps, kept, time)).to.deep.equal({
      id: "run-1",
      status: "waiting",
      until: at(60),
      child: null,
    });
    expect(kept.steps).to.deep.equal([]);
    time.advance(60_000);
    expect(await life(steps, kept, time)).to.deep.include({ messages: ["after"] });
  });

  it("is woken for its workflow's timeout, which counts the wait, and is timed out", async () => {
    const time = clock();
    const options = { ...time, timeout: 10_000 };
    const kept = nothingKept();
    const steps = branch(act(wait(60)));
    expect(await life(steps, kept, options)).to.deep.include({ until: at(10) });
    time.advance(10_000);
    expect(await life(steps, kept, options)).to.deep.include({ status: "timed-out" });
  });

  it("is woken for the timeout of a step around the wait, which counts it too", async () => {
    const time = clock();
    const kept = nothingKept();
    const steps = branch(nest(branch(act(wait(60))), { id: "limited", timeout: 20_000 }));
    expect(await life(steps, kept, time)).to.deep.include({ until: at(20) });
    time.advance(20_000);
    const end = await life(steps, kept, time);
    expect(end).to.have.nested.property("error.code", "STEP_TIMEOUT");
    expect(stepEnds(kept.steps)).to.deep.equal(["limited timed-out"]);
  });

  it("is not asked `if` again when it goes on", async () => {
    const time = clock();
    const kept = nothingKept();
    let open = true;
    const steps = branch(act(wait(60), { if: expression("open", () => open) }), say("after"));
    await life(steps, kept, time);
    open = false;
    time.advance(60_000);
    await life(steps, kept, time);
    expect(stepEnds(kept.steps)).to.deep.equal(["act#0 succeeded", "say#1 succeeded"]);
  });
});

describe("a retry that is far off", () => {
  it("is waited for without a slot, and its attempts go on counting", async () => {
    const time = clock();
    const kept = nothingKept();
    const steps = branch(act(busy, { retry: { attempts: 2 } }));
    expect(await life(steps, kept, time)).to.deep.include({ until: at(60) });
    expect(kept.commits).to.deep.equal(["step act#0", "note act#0 retryAt"]);
    time.advance(60_000);
    expect(await life(steps, kept, time)).to.deep.include({ status: "errored" });
    expect(kept.steps.map(({ attempt }) => attempt)).to.deep.equal([1, 2]);
    expect(kept.steps.at(-1)?.effects).to.deep.include({ final: true });
  });

  it("comes when Retry-After asked, though the process died before that was noted", async () => {
    const kept = nothingKept();
    const steps = branch(act(busy, { retry: { attempts: 2 } }));
    await life(steps, kept, { dieAt: 2 }).catch(() => undefined);
    expect(await life(steps, kept)).to.deep.include({ status: "waiting", until: at(60) });
  });
});

describe("a step around others that is tried again", () => {
  it("does all inside it once more, and decides anew, also when its process died meanwhile", async () => {
    for (const dieAt of [Infinity, 1, 2, 3, 4, 5, 6]) {
      let decided = 0;
      const kept = nothingKept();
      const decide = act(({ remember }) => Promise.resolve(remember("case", () => ++decided)));
      const fails = act(
        () => {
          if (!kept.steps.some(({ path }) => path === "around")) throw new Error("no");
          return null;
        },
        {},
        { acts: true },
      );
      const steps = branch(
        nest(branch(decide, fails), { id: "around", retry: { attempts: 2, delay: 1 } }),
      );
      await life(steps, kept, { dieAt }).catch(() => undefined);
      const end = dieAt === Infinity ? null : await life(steps, kept);
      if (end !== null) expect(end).to.deep.include({ status: "succeeded" });
      const results = kept.steps.filter(({ path }) => path.endsWith("act#0"));
      expect(new Set(results.map(({ result }) => result))).to.have.property("size", 2);
      expect(kept.notes.map(({ name }) => name)).to.deep.equal(["case", "case@2.1"]);
    }
  });
});

describe("a run whose process stops", () => {
  it("rejects, commits nothing more, and goes on in the next one", async () => {
    const stop = new AbortController();
    const kept = nothingKept();
    let stopping = true;
    const slow = act(() => {
      if (!stopping) return "done";
      setImmediate(() => stop.abort(new ProcessStopping()));
      return forever();
    });
    const steps = branch(say("before"), nest(branch(slow), { onError: "continue" }));
    const left = await life(steps, kept, { start: { signal: lazySignal(stop.signal) } }).catch(
      (error: unknown) => error,
    );
    expect(left).to.be.instanceOf(ProcessStopping);
    expect(stepEnds(kept.steps)).to.deep.equal(["say#0 succeeded"]);
    stopping = false;
    expect(await life(steps, kept)).to.deep.include({ status: "succeeded", messages: ["before"] });
  });

  it("is canceled when it is aborted for any other reason", async () => {
    const stop = new AbortController();
    const slow = act(() => (setImmediate(() => stop.abort()), forever()));
    const kept = nothingKept();
    const end = await life(branch(slow), kept, { start: { signal: lazySignal(stop.signal) } });
    expect(end).to.deep.include({ status: "canceled" });
    expect(stepEnds(kept.steps)).to.deep.equal(["act#0 canceled"]);
  });

  it("rejects with what its journal rejects with", async () => {
    const journal = { ...journalOf(nothingKept()), step: () => Promise.reject(new Error("gone")) };
    const lost: unknown = await life(branch(say("a")), nothingKept(), { journal }).catch(
      (error: unknown) => error,
    );
    expect(lost).to.have.property("message", "gone");
  });
});

describe("a queued run", () => {
  it("sees what its steps gave with its secrets, whether or not its process died", async () => {
    for (const dieAt of [Infinity, 3]) {
      const kept = nothingKept();
      const give = act(
        ({ assign, say: sayIt, output }) => {
          assign("login", { password: "hunter2" });
          sayIt("my s3cret");
          output({ token: "t" });
          return { apiKey: "k" };
        },
        { id: "give" },
      );
      const look = act(({ scope }) => [seen(scope, "steps", "give"), seen(scope, "vars", "login")]);
      const steps = branch(give, look, say("end"));
      await life(steps, kept, { dieAt }).catch(() => undefined);
      const end = await life(steps, kept);
      expect(kept.steps[1]?.result).to.deep.equal([{ apiKey: "k" }, { password: "hunter2" }]);
      expect(end).to.deep.include({
        messages: ["my [redacted]", "end"],
        output: { token: "t" },
      });
    }
  });

  it("shows its expressions which attempt this is", async () => {
    const kept = nothingKept();
    const look = act(({ scope }) => seen(scope, "run", "attempt"));
    await life(branch(look), kept, { start: { attempt: 2 } });
    expect(kept.steps[0]?.result).to.equal(3);
  });
});

describe("a subflow", () => {
  const call = act(({ subflow }) => subflow("child", { n: 1 }, true), { id: "call" });
  const child = { key: "child" } as Workflow;
  it("of a run that is waited for is run at once, a step deeper, and its messages join", async () => {
    const started: unknown[] = [];
    const { end, records } = await walked(branch(call), {
      start: { propagatedHeaders: { "x-request-id": "r" } },
      subflows: {
        ...none,
        find: () => child,
        run: (_workflow, start) => {
          started.push([start.trigger, start.depth, start.parent, start.propagatedHeaders]);
          return Promise.resolve({
            ...ended({}),
            stopped: false,
            response: null,
            finishedAt: at(0),
          });
        },
      },
    });
    expect(end.messages).to.deep.equal(["from the child"]);
    expect(records[0]?.result).to.equal(42);
    expect(started).to.deep.equal([
      [{ data: { n: 1 } }, 1, "run-1", { "x-request-id": "r", "workflow-depth": "2" }],
    ]);
  });

  it("of a queued run is queued, and waited for without a slot", async () => {
    const accepted: NewRun[] = [];
    let end: EndedRun | null = null;
    const subflows = {
      ...none,
      find: () => child,
      accept: (run: NewRun) => Promise.resolve(void accepted.push(run)),
      ended: () => Promise.resolve(end),
    };
    const kept = nothingKept();
    const waits = await life(branch(call), kept, { subflows });
    const { id } = accepted[0] as NewRun;
    expect(waits).to.deep.include({ status: "waiting", until: null, child: id });
    expect(accepted[0]).to.deep.include({ parent: "run-1", depth: 1, trigger: { data: { n: 1 } } });
    end = ended({});
    const done = await life(branch(call), kept, { subflows });
    expect(done).to.deep.include({ status: "succeeded", messages: ["from the child"] });
    expect(kept.steps[0]?.result).to.equal(42);
  });

  it("that did not succeed errs the step, which says how it ended and why", async () => {
    const error = { message: "POST answered 500", code: "REQUEST_FAILED", step: "pay" };
    const subflows = {
      ...none,
      find: () => child,
      ended: () => Promise.resolve(ended({ status: "errored", error })),
    };
    const end = await life(branch(call), nothingKept(), { subflows });
    expect(end).to.have.nested.property("error.code", "SUBFLOW_FAILED");
    expect(end).to.have.nested.property(
      "error.message",
      'The workflow "child" ended as errored: POST answered 500',
    );
    expect(end).to.have.deep.property("messages", ["from the child"]);
  });

  it("errs where workflows have caused each other too often, and where there is none", async () => {
    const subflows = { ...none, find: () => null };
    const deep = await walked(branch(call), { subflows, start: { depth: 5 } });
    expect(deep.end.error?.code).to.equal("DEPTH_EXCEEDED");
    const { end } = await walked(branch(call), { subflows });
    expect(end.error?.code).to.equal("UNKNOWN_WORKFLOW");
  });

  const none = {
    find: () => null,
    run: () => Promise.reject(new Error("not to be run")),
    accept: () => Promise.resolve(),
    ended: () => Promise.resolve(null),
  };
});

describe("a loop in a queued run", () => {
  it("goes on with the turn that was in flight", async () => {
    const kept = nothingKept();
    const done: number[] = [];
    const turn = act(
      ({ scope }) => {
        done.push((scope["each"] as { index: number }).index);
        return null;
      },
      {},
      { acts: true },
    );
    const steps = branch(repeat(4, branch(turn), { id: "turns" }));
    await life(steps, kept, { dieAt: 3 }).catch(() => undefined);
    await life(steps, kept);
    expect(done).to.deep.equal([0, 1, 2, 2, 3]);
  });
});

const busy = () => {
  throw new StepError("BUSY", "busy", { retryAfter: 60_000 });
};

const ended = (own: Partial<EndedRun>): EndedRun => ({
  id: "c",
  status: "succeeded",
  messages: ["from the child"],
  output: 42,
  error: null,
  ...own,
});
