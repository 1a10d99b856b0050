import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { lazySignal } from "../../src/model/lazy-signal.ts";
import { expect } from "chai";
import { double, integer, property } from "fast-check";
import { ExpressionError } from "../../src/model/expression.ts";
import { StepError } from "../../src/model/step-error.ts";
import { backoff } from "../../src/runner/retry.ts";
import { act, branch, forever, nest, outcome, repeat, say, stepEnds, walked } from "./builders.ts";
import { itHolds } from "../support/property.ts";

/** Fails so many times, then gives the number of the attempt. */
function flaky(failures: number, error: () => Error) {
  let attempt = 0;
  return () => {
    if (++attempt <= failures) throw error();
    return attempt;
  };
}

/** Does not wait, but remembers how long it should have. */
function naps() {
  const asked: number[] = [];
  return { asked, sleep: (ms: number) => Promise.resolve(void asked.push(ms)) };
}

/** Milliseconds that are enough for a step to begin, also on a busy machine, and over when the test has waited for them. */
const AMPLE = 500;

/** A thousand million steps that wait for nothing. */
const endless = () =>
  branch(repeat(1_000, branch(repeat(1_000, branch(repeat(1_000, branch(act(() => null))))))));

const withoutLimits = {
  watch: { step: () => undefined },
  limits: { steps: Infinity, record: Infinity },
};

const busy = () => new StepError("REQUEST_FAILED", "answered 429", { retryAfter: 7_000 });

describe("a step with `retry`", () => {
  it("is tried again until it succeeds, and each attempt is recorded", async () => {
    const { asked, sleep } = naps();
    const ask = act(
      flaky(2, () => new Error("busy")),
      { id: "ask", retry: { attempts: 5 } },
    );
    const { end, records } = await walked(branch(ask), { sleep });
    expect(end.status).to.equal("succeeded");
    expect(records.map(({ attempt, status, result }) => [attempt, status, result])).to.deep.equal([
      [1, "errored", null],
      [2, "errored", null],
      [3, "succeeded", 3],
    ]);
    expect(asked).to.deep.equal([50, 100]);
  });

  it("fails with its last error when all attempts are used up; `attempts` counts the first", async () => {
    const { asked, sleep } = naps();
    const ask = act(
      flaky(9, () => new Error("busy")),
      { retry: { attempts: 3 } },
    );
    const { end, records } = await walked(branch(ask), { sleep });
    expect(end.status).to.equal("errored");
    expect(records.map(({ attempt }) => attempt)).to.deep.equal([1, 2, 3]);
    expect(asked).to.have.length(2);
  });

  it("is tried once by default", async () => {
    const { records } = await walked(branch(act(flaky(1, () => new Error("busy")))));
    expect(stepEnds(records)).to.deep.equal(["act#0 errored"]);
  });

  for (const error of [
    new StepError("REQUEST_FAILED", "answered 404", { retryable: false }),
    new ExpressionError("no such key: a"),
  ]) {
    it(`is not tried again where that can't help: ${error.message}`, async () => {
      const ask = act(
        flaky(1, () => error),
        { retry: { attempts: 5 } },
      );
      const { records } = await walked(branch(ask), naps());
      expect(records).to.have.length(1);
    });
  }

  it("waits as long as Retry-After asks, also when a nested step was answered so", async () => {
    const { asked, sleep } = naps();
    const ask = act(flaky(1, busy));
    const { end } = await walked(branch(nest(branch(ask), { retry: { attempts: 2 } })), { sleep });
    expect(end.status).to.equal("succeeded");
    expect(asked).to.deep.equal([7_000]);
  });

  it("sends the same idempotency key on every attempt, with the turn in it", async () => {
    const keys: string[] = [];
    const fail = flaky(1, () => new Error("busy"));
    const ask = act(
      ({ idempotencyKey }) => {
        keys.push(idempotencyKey);
        return fail();
      },
      { id: "pay", retry: { attempts: 2 } },
    );
    await walked(branch(repeat(2, branch(ask), { id: "turns" })), naps());
    const first = "run-1:turns[0].pay";
    expect(keys).to.deep.equal([first, first, "run-1:turns[1].pay"]);
  });

  it("stops waiting when the run is canceled", async () => {
    const stop = new AbortController();
    const ask = act(
      flaky(1, () => new Error("busy")),
      { id: "ask", retry: { attempts: 2, delay: 60_000, maxDelay: 60_000 } },
    );
    const watch = { step: () => void setImmediate(() => stop.abort()) };
    const { end } = await walked(branch(ask), {
      watch,
      start: { signal: lazySignal(stop.signal) },
    });
    expect(end).to.deep.include({ status: "canceled" });
    expect(end.error?.step).to.equal("ask");
  });
});

describe("the wait between attempts", () => {
  const retry = { attempts: 9, delay: 100, factor: 2, maxDelay: 1_000 };

  itHolds(
    "is drawn from the whole span up to delay × factor^n, and never over maxDelay",
    property(integer({ min: 1, max: 50 }), double({ min: 0, max: 1, noNaN: true }), (n, random) => {
      const wait = backoff(retry, n, new Error("busy"), () => random);
      expect(wait).to.equal(random * Math.min(1_000, 100 * 2 ** (n - 1)));
    }),
  );

  it("leaves the range of dates neither by a factor nor by a Retry-After of an older version", () => {
    const far = new StepError("BUSY", "busy", { retryAfter: 1e20 });
    expect(backoff({ ...retry, factor: 10 }, 1_000, busy(), () => 1)).to.equal(7_000);
    expect(backoff({ ...retry, factor: 10 }, 1_000, new Error("busy"), () => 0)).to.equal(0);
    expect(new Date(Date.now() + backoff(retry, 1, far, () => 1)).getTime()).to.be.above(0);
  });

  it("is never shorter than Retry-After asked", () => {
    const error = new StepError("BUSY", "busy", { retryAfter: 5_000 });
    expect(backoff(retry, 1, error, () => 1)).to.equal(5_000);
  });
});

describe("a step's `timeout`", () => {
  it("ends a step that heeds no signal, and errs with STEP_TIMEOUT", async () => {
    const { end, records } = await walked(branch(act(forever, { id: "slow", timeout: 10 })));
    expect(end.status).to.equal("errored");
    expect(end.error).to.deep.include({ code: "STEP_TIMEOUT", step: "slow" });
    expect(stepEnds(records)).to.deep.equal(["slow timed-out"]);
  });

  it("does not count the time that the step waits for its turn at what others use", async () => {
    const waits = act(({ awaitTurn, signal }) => signal && awaitTurn(setTimeout(100, "mine")), {
      timeout: 50,
    });
    const { records } = await walked(branch(waits));
    expect(records.map(({ status, result }) => [status, result])).to.deep.equal([
      ["succeeded", "mine"],
    ]);
  });

  it("counts again once the turn has come", async () => {
    const slow = act(
      async ({ awaitTurn, signal }) => {
        await awaitTurn(Promise.resolve());
        return once(signal, "abort");
      },
      { timeout: 10 },
    );
    expect(stepEnds((await walked(branch(slow))).records)).to.deep.equal(["act#0 timed-out"]);
  });

  it("is recorded as a timeout even when the step throws its signal's reason", async () => {
    const polite = act(
      ({ signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener("abort", () => reject(new DOMException("Aborted", "AbortError")));
        }),
      { timeout: 10 },
    );
    const { end } = await walked(branch(polite));
    expect(end.error?.code).to.equal("STEP_TIMEOUT");
  });

  it("counts for one attempt, and a late one is tried again", async () => {
    let attempt = 0;
    const slow = act(() => (++attempt < 3 ? forever() : attempt), {
      timeout: 10,
      retry: { attempts: 1_000 },
    });
    const { end, records } = await walked(branch(slow), naps());
    expect(end.status).to.equal("succeeded");
    const statuses = records.map(({ status }) => status);
    expect(statuses.slice(0, 2)).to.deep.equal(["timed-out", "timed-out"]);
    // On a machine that stands still for a while, more attempts may be late.
    expect(statuses.at(-1)).to.equal("succeeded");
  });

  it("of a step with steps inside cancels those, and none of them goes on behind its back", async () => {
    let turns = 0;
    let letGo: ((value: null) => null) | undefined;
    const work = act(() => {
      turns++;
      return new Promise((resolve) => (letGo = (value) => (resolve(value), value)));
    });
    const loop = repeat(5, branch(work, say("late")), {
      id: "turns",
      timeout: AMPLE,
      onError: "continue",
    });
    const { end, records } = await walked(
      branch(
        loop,
        act(() => letGo?.(null)),
        act(() => new Promise((done) => setImmediate(done, null))),
      ),
    );
    expect(turns).to.equal(1);
    expect(end).to.deep.include({ status: "succeeded", messages: [] });
    expect(stepEnds(records)).to.deep.equal([
      "turns[0].act#0 canceled",
      "turns timed-out",
      "act#1 succeeded",
      "act#2 succeeded",
    ]);
    expect(records[0]?.error?.code).to.equal("CANCELED");
  });

  it("ignores what a step says after it was given up", async () => {
    let spoke: (() => void) | undefined;
    const spoken = new Promise<void>((resolve) => (spoke = resolve));
    const late = act(
      async ({ say: sayIt, signal }) => {
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        await new Promise(setImmediate);
        try {
          sayIt("too late");
        } finally {
          spoke?.();
        }
        return null;
      },
      { timeout: AMPLE, onError: "continue" },
    );
    const { end } = await walked(
      branch(
        late,
        act(() => spoken.then(() => null)),
      ),
    );
    expect(end).to.deep.include({ status: "succeeded", messages: [] });
  });
});

describe("a run that takes longer than its workflow's timeout", () => {
  it("is timed out at once, though its step heeds no signal and every error is passed over", async () => {
    const slow = act(forever, { id: "slow", onError: "continue", retry: { attempts: 9 } });
    const inner = nest(branch(slow), { id: "check", onError: branch(say("never")) });
    const { end, records } = await walked(branch(say("before"), inner, say("never")), {
      timeout: AMPLE,
    });
    expect(end).to.deep.include({ status: "timed-out", stopped: false, messages: ["before"] });
    expect(end.error).to.deep.equal({
      message: "The workflow took longer than 500 ms",
      code: "WORKFLOW_TIMEOUT",
      step: "check.then.slow",
    });
    expect(stepEnds(records)).to.deep.equal([
      "say#0 succeeded",
      "check.then.slow timed-out",
      "check timed-out",
    ]);
  });

  it("is cut also while its steps wait for nothing", async () => {
    const { end } = await walked(endless(), { timeout: 100, ...withoutLimits });
    expect(end.status).to.equal("timed-out");
  });

  it("lets others have their turn until then, while its steps wait for nothing", async () => {
    const client = new AbortController();
    let turns = 0;
    const timer = setInterval(() => ++turns === 5 && client.abort(), 1);
    const start = { signal: lazySignal(client.signal) };
    const { end } = await walked(endless(), { timeout: 30_000, start, ...withoutLimits });
    clearInterval(timer);
    // Only a turn of others can have canceled it.
    expect(end.status).to.equal("canceled");
    expect(turns).to.equal(5);
  });

  it("is not timed out when it ended before, and its timer keeps nothing waiting", async () => {
    const { end } = await walked(branch(say("done")), { timeout: 60_000 });
    expect(end.status).to.equal("succeeded");
  });
});

describe("a run whose client goes away", () => {
  it("is canceled: the step in flight gets its signal, and the steps around it are canceled too", async () => {
    const client = new AbortController();
    let heard = false;
    const slow = act(
      ({ signal }) => {
        signal.addEventListener("abort", () => (heard = true));
        setImmediate(() => client.abort());
        return forever();
      },
      { timeout: 60_000 },
    );
    const { end, records } = await walked(branch(nest(branch(slow)), say("never")), {
      timeout: 60_000,
      start: { signal: lazySignal(client.signal) },
    });
    expect(heard).to.equal(true);
    expect(end).to.deep.include({ status: "canceled", stopped: false, messages: [] });
    expect(end.error).to.deep.include({ code: "CANCELED", step: "nest#0.then.act#0" });
    expect(stepEnds(records)).to.deep.equal(["nest#0.then.act#0 canceled", "nest#0 canceled"]);
  });

  it("that leaves before it began does nothing", async () => {
    const { end, records } = await walked(branch(say("never")), {
      start: { signal: lazySignal(AbortSignal.abort()) },
    });
    expect(end).to.deep.include({ status: "canceled", messages: [] });
    expect(records).to.deep.equal([]);
  });

  it("that leaves after the last step has ended as that step says", async () => {
    const client = new AbortController();
    const stop = outcome({ go: "end", status: "succeeded", result: null });
    const watch = { step: () => client.abort() };
    const { end } = await walked(branch(stop), {
      watch,
      start: { signal: lazySignal(client.signal) },
    });
    expect(end.status).to.equal("succeeded");
  });
});
