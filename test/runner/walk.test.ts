import { noJson } from "../support/no-json.ts";
import { expect } from "chai";
import { ExpressionError } from "../../src/model/expression.ts";
import { StepError } from "../../src/model/step-error.ts";
import {
  act,
  branch,
  expression,
  nest,
  outcome,
  repeat,
  say,
  step,
  stepEnds,
  walked,
} from "./builders.ts";

const failing = (error: unknown) => () => {
  throw error;
};

describe("a run", () => {
  it("of no steps succeeds", async () => {
    const { end, records } = await walked([]);
    expect(end).to.deep.equal({
      id: "run-1",
      status: "succeeded",
      stopped: false,
      messages: [],
      response: null,
      output: undefined,
      error: null,
      finishedAt: new Date("2026-01-02T03:04:05Z"),
    });
    expect(records).to.deep.equal([]);
  });

  it("does its steps one after another, and keeps its messages in their order", async () => {
    const slow = act(async ({ say: sayIt }) => {
      await new Promise(setImmediate);
      sayIt("second");
      return null;
    });
    const { end, records } = await walked(branch(say("first"), slow, say("third")));
    expect(end.messages).to.deep.equal(["first", "second", "third"]);
    expect(stepEnds(records)).to.deep.equal([
      "say#0 succeeded",
      "act#1 succeeded",
      "say#2 succeeded",
    ]);
  });

  it("shows an expression the trigger, itself, its secrets, results and variables", async () => {
    const seen = act(({ scope }) => structuredClone(scope), { id: "seen" });
    const set = act(({ assign }) => (assign("total", 7), null), { id: "set" });
    const { records } = await walked(
      branch(
        act(() => [1], { id: "list" }),
        set,
        seen,
      ),
      {
        start: { trigger: { action: "create" } },
        secrets: () => ({ KEY: "s3cret" }),
      },
    );
    expect(records.at(-1)?.result).to.deep.equal({
      trigger: { action: "create" },
      steps: { list: [1], set: null },
      vars: { total: 7 },
      secrets: { KEY: "s3cret" },
      run: { id: "run-1", workflow: "guard", startedAt: "2026-01-02T03:04:05.000Z", attempt: 1 },
    });
  });

  it("may have steps with ids such as constructor", async () => {
    const ids = branch(
      act(() => 1, { id: "constructor" }),
      act(() => 2, { id: "__proto__" }),
    );
    const see = act(({ scope }) => Object.keys(scope["steps"] as object));
    const { records } = await walked(branch(...ids, see));
    expect(records.at(-1)?.result).to.deep.equal(["constructor", "__proto__"]);
  });

  it("shows a nested step the results outside and before it, and later steps what it gave", async () => {
    const steps = act(({ scope }) => ({ ...(scope["steps"] as object) }));
    const inner = branch(
      act(() => "in", { id: "in" }),
      steps,
    );
    const { records } = await walked(
      branch(
        act(() => "out", { id: "out" }),
        nest(inner),
        steps,
      ),
    );
    expect(records.map(({ result }) => result)).to.deep.equal([
      "out",
      "in",
      { out: "out", in: "in" },
      "walked",
      { out: "out", in: "in" },
    ]);
  });

  it("records a nested step before the one that holds it, each under its whole path", async () => {
    const deep = branch(say("a"), repeat(2, branch(say("b", { id: "b" })), { id: "turns" }));
    const { records } = await walked(branch(nest(branch(nest(deep)), { id: "check" })));
    expect(records.map(({ path }) => path)).to.deep.equal([
      "check.then.nest#0.then.say#0",
      "check.then.nest#0.then.turns[0].b",
      "check.then.nest#0.then.turns[1].b",
      "check.then.nest#0.then.turns",
      "check.then.nest#0",
      "check",
    ]);
  });

  it("keeps the names of a turn inside it", async () => {
    const each = act(({ scope }) => scope["each"] ?? "none");
    const { records } = await walked(branch(repeat(2, branch(each), { id: "turns" }), each));
    expect(records.slice(-2).map(({ result }) => result)).to.deep.equal([
      [{ index: 0 }, { index: 1 }],
      "none",
    ]);
  });

  it("records everything about a step: input, result, error, attempt, and how long it took", async () => {
    let inside = 0;
    const work = async () => {
      const begun = performance.now();
      await new Promise(setImmediate);
      inside = performance.now() - begun;
      return 42;
    };
    const one = act(work, { id: "one" }, { config: { value: 42 } });
    const begun = performance.now();
    const { records } = await walked(branch(one));
    const outside = performance.now() - begun;
    expect(records[0]).to.deep.include({
      path: "one",
      id: "one",
      type: "act",
      status: "succeeded",
      attempt: 1,
      input: { value: 42 },
      result: 42,
      error: null,
      startedAt: new Date("2026-01-02T03:04:05Z"),
    });
    // It is told in whole microseconds.
    expect(records[0]?.durationMs).to.be.within(inside - 0.001, outside + 0.001);
  });

  it("records expressions of a step as their text, and leaves out its nested steps", async () => {
    const { type } = nest([]);
    const test = expression("trigger.on", () => true);
    const config = { if: test, cases: [{ if: test, steps: branch(say("x")) }], as: "each" };
    const { records } = await walked(
      branch(step(type, config, { plain: false, onError: "continue" })),
    );
    expect(records[0]?.input).to.deep.equal({
      if: "trigger.on",
      cases: [{ if: "trigger.on" }],
      as: "each",
    });
  });
});

describe("a step's `if`", () => {
  it("that is false skips the step, and its result is null", async () => {
    const skipped = say("no", { id: "skipped", if: expression("false", () => false) });
    const result = act(({ scope }) => (scope["steps"] as object as { skipped: null }).skipped);
    const { end, records } = await walked(branch(skipped, result));
    expect(end.messages).to.deep.equal([]);
    expect(stepEnds(records)).to.deep.equal(["skipped skipped", "act#1 succeeded"]);
    expect(records[1]?.result).to.equal(null);
  });

  it("that is true lets it run", async () => {
    const { end } = await walked(branch(say("yes", { if: expression("true", () => true) })));
    expect(end.messages).to.deep.equal(["yes"]);
  });

  for (const value of [null, "true", 1, []]) {
    it(`that gives ${JSON.stringify(value)} errs, and lets no guard be slept through`, async () => {
      const { end, records } = await walked(
        branch(say("x", { if: expression("t.x", () => value) })),
      );
      expect(end.status).to.equal("errored");
      expect(end.error?.message).to.match(/^t\.x: should be true or false, but is /);
      expect(stepEnds(records)).to.deep.equal(["say#0 errored"]);
    });
  }

  it("that can't be evaluated errs the step, and is recorded", async () => {
    const broken = expression("t.y", () => {
      throw new ExpressionError("t.y: no such key: y");
    });
    const { end, records } = await walked(branch(say("x", { id: "x", if: broken })));
    expect(end.error).to.deep.equal({
      message: "t.y: no such key: y",
      code: "EXPRESSION_ERROR",
      step: "x",
    });
    expect(records[0]).to.deep.include({ status: "errored", input: null, error: end.error });
  });
});

describe("a run ends", () => {
  const ending = outcome({ go: "end", status: "failed", result: null }, { id: "stop" });

  it("at once from any depth, and the steps around the ending step are recorded as succeeded", async () => {
    const inner = branch(say("in"), ending, say("never"));
    const { end, records } = await walked(branch(nest(branch(repeat(3, inner))), say("never")));
    expect(end).to.deep.include({ status: "failed", stopped: true, messages: ["in"], error: null });
    expect(stepEnds(records)).to.deep.equal([
      "nest#0.then.repeat#0[0].say#0 succeeded",
      "nest#0.then.repeat#0[0].stop succeeded",
      "nest#0.then.repeat#0 succeeded",
      "nest#0 succeeded",
    ]);
  });

  it("with the response that a step gives", async () => {
    const response = { status: 418, headers: {}, body: "teapot" };
    const give = outcome({ go: "end", status: "succeeded", result: null, response });
    const { end } = await walked(branch(nest(branch(give))));
    expect(end).to.deep.include({ status: "succeeded", stopped: true, response });
  });

  it("when a step refuses, and is recorded as failed", async () => {
    const no = outcome({ go: "end", status: "failed", result: false, refused: true });
    const { end, records } = await walked(branch(no, say("never")));
    expect(end).to.deep.include({ status: "failed", stopped: true, messages: [] });
    expect(stepEnds(records)).to.deep.equal(["give#0 failed"]);
  });
});

describe("a step that errs", () => {
  it("errs the run with its own code and message, and nothing comes after it", async () => {
    const pay = act(failing(new StepError("REQUEST_FAILED", "POST answered 500")), { id: "pay" });
    const { end, records } = await walked(branch(say("before"), nest(branch(pay)), say("never")));
    const error = { message: "POST answered 500", code: "REQUEST_FAILED", step: "nest#1.then.pay" };
    expect(end).to.deep.include({ status: "errored", stopped: false, messages: ["before"], error });
    expect(
      records.slice(1).map(({ path, status, error: own }) => [path, status, own]),
    ).to.deep.equal([
      ["nest#1.then.pay", "errored", error],
      ["nest#1", "errored", error],
    ]);
  });

  it("with an unexpected error has the code STEP_FAILED", async () => {
    const { end } = await walked(branch(act(failing(new TypeError("x is no function")))));
    expect(end.error).to.deep.equal({
      message: "x is no function",
      code: "STEP_FAILED",
      step: "act#0",
    });
  });

  it("with a configuration that can't be computed is recorded without input", async () => {
    const configure = failing(new ExpressionError("steps.a: no such key: a"));
    const { records } = await walked(branch(say("x", { configure })));
    expect(records[0]).to.deep.include({ status: "errored", input: null });
  });

  it("goes on with null under `onError: continue`", async () => {
    const pay = act(failing(new Error("no")), { id: "pay", onError: "continue" });
    const see = act(({ scope }) => ({ ...(scope["steps"] as object) }));
    const { end, records } = await walked(branch(pay, see));
    expect(end.status).to.equal("succeeded");
    expect(stepEnds(records)).to.deep.equal(["pay errored", "act#1 succeeded"]);
    expect(records[1]?.result).to.deep.equal({ pay: null });
  });

  it("walks its `onError` list, which sees the error, and goes on with null", async () => {
    const handler = act(({ scope }) => scope["error"], { id: "tell" });
    const pay = act(failing(new StepError("DECLINED", "no money")), {
      id: "pay",
      onError: branch(handler),
    });
    const after = act(({ scope }) => [
      scope["error"] ?? "gone",
      (scope["steps"] as { pay: null }).pay,
    ]);
    const { end, records } = await walked(branch(pay, after));
    expect(end.status).to.equal("succeeded");
    expect(stepEnds(records)).to.deep.equal([
      "pay errored",
      "pay.onError.tell succeeded",
      "act#1 succeeded",
    ]);
    expect(records[1]?.result).to.deep.equal({
      message: "no money",
      code: "DECLINED",
      step: "pay",
    });
    expect(records[2]?.result).to.deep.equal(["gone", null]);
  });

  it("names the inner step that failed to the `onError` list of the outer one", async () => {
    const pay = act(failing(new Error("no")), { id: "pay" });
    const handler = act(({ scope }) => (scope["error"] as { step: string }).step);
    const { records } = await walked(
      branch(nest(branch(pay), { id: "check", onError: branch(handler) })),
    );
    expect(records.at(-1)).to.deep.include({
      path: "check.onError.act#0",
      result: "check.then.pay",
    });
  });

  it("in an `onError` list errs the run", async () => {
    const again = act(failing(new Error("again")), { id: "again" });
    const pay = act(failing(new Error("first")), { id: "pay", onError: branch(again) });
    const { end } = await walked(branch(pay, say("never")));
    expect(end.error).to.deep.equal({
      message: "again",
      code: "STEP_FAILED",
      step: "pay.onError.again",
    });
    expect(end.messages).to.deep.equal([]);
  });

  it("may end the run from its `onError` list", async () => {
    const stop = outcome({ go: "end", status: "failed", result: null });
    const pay = act(failing(new Error("no")), { onError: branch(say("sorry"), stop) });
    const { end } = await walked(branch(pay, say("never")));
    expect(end).to.deep.include({ status: "failed", stopped: true, messages: ["sorry"] });
  });
});

describe("a result", () => {
  const cases: [string, unknown, string][] = [
    ["over limits.result errs the step", ["x".repeat(200)], "RESULT_TOO_LARGE"],
    ["that is a text over limits.result errs the step", "ü".repeat(60), "RESULT_TOO_LARGE"],
    [
      "with control characters is counted as JSON writes them",
      "\u0000".repeat(20),
      "RESULT_TOO_LARGE",
    ],
    ["that is no JSON errs the step", noJson(), "RESULT_NOT_JSON"],
    ["that is undefined errs the step", undefined, "RESULT_NOT_JSON"],
    ["that is not finite errs the step", Number.NaN, "RESULT_NOT_JSON"],
  ];
  for (const [title, result, code] of cases) {
    it(title, async () => {
      const { end } = await walked(branch(act(() => result)), { result: 100 });
      expect(end.error?.code).to.equal(code);
    });
  }

  it("of just limits.result bytes is kept", async () => {
    const { end } = await walked(branch(act(() => "x".repeat(98))), { result: 100 });
    expect(end.status).to.equal("succeeded");
  });
});

describe("a run that only observes", () => {
  it("does not run steps that act outside, and records their input", async () => {
    let sent = 0;
    const send = act(() => ++sent, { id: "send" }, { acts: true, config: { to: "them" } });
    const { end, records } = await walked(branch(send, say("done")), { start: { observe: true } });
    expect(sent).to.equal(0);
    expect(end).to.deep.include({ status: "succeeded", messages: ["done"] });
    expect(records[0]).to.deep.include({ status: "skipped", input: { to: "them" }, result: null });
  });
});

describe("a run whose records can't be kept", () => {
  it("rejects, and does no further step, whatever `onError` says", async () => {
    let done = 0;
    const count = act(() => ++done, { onError: "continue", retry: { attempts: 3 } });
    const watch = { step: () => Promise.reject(new Error("disk full")) };
    const run = walked(branch(nest(branch(count, count), { onError: "continue" }), count), {
      watch,
    });
    const error: unknown = await run.catch((reason: unknown) => reason);
    expect(error).to.have.property("message", "disk full");
    expect(done).to.equal(1);
  });
});
