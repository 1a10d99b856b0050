import { expect } from "chai";
import type { RunEnd, RunWorkflow } from "../../src/model/run.ts";
import { act, branch, nest, repeat, say, stepEnds, walked } from "./builders.ts";
import { life, nothingKept } from "./lives.ts";

const forMany = (times: number, inner = branch(act(() => null))) =>
  repeat(times, branch(repeat(times, inner, { onError: "continue" })), { onError: "continue" });

describe("a run that does more steps than limits.steps", () => {
  it("errs with STEPS_LIMIT, whatever handles errors", async () => {
    let done = 0;
    const inner = branch(act(() => ++done, { id: "work", retry: { attempts: 9 } }));
    const steps = branch(forMany(1_000, inner), say("never"));
    const { end, records } = await walked(steps, { limits: { steps: 100 } });
    expect(end).to.deep.include({ status: "errored", stopped: false, messages: [] });
    expect(end.error).to.deep.equal({
      message: "The run has done 100 steps; limits.steps allows no more",
      code: "STEPS_LIMIT",
      step: "repeat#0[0].repeat#0[98].work",
    });
    expect(done).to.equal(98);
    expect(stepEnds(records).slice(-3)).to.deep.equal([
      "repeat#0[0].repeat#0[97].work succeeded",
      "repeat#0[0].repeat#0 errored",
      "repeat#0 errored",
    ]);
  });

  it("may do as many as it says", async () => {
    const { end } = await walked(branch(repeat(99, branch(say("on")))), { limits: { steps: 100 } });
    expect(end).to.deep.include({ status: "succeeded", error: null });
  });

  it("counts attempts", async () => {
    const ask = act(() => Promise.reject(new Error("busy")), { retry: { attempts: 9 } });
    const { end, records } = await walked(branch(ask), {
      limits: { steps: 3 },
      sleep: () => Promise.resolve(),
    });
    expect(end.error?.code).to.equal("STEPS_LIMIT");
    expect(records.filter(({ error }) => error?.code !== "STEPS_LIMIT")).to.have.length(3);
  });

  it("counts those of subflows that it waits for in its place", async () => {
    const ends: RunEnd[] = [];
    const child: RunWorkflow = async (_, start) => {
      const limits = { steps: 10 };
      const { end } = await walked(branch(repeat(3, branch(say("below")))), { start, limits });
      ends.push(end);
      return end;
    };
    const subflows = {
      find: () => ({}) as never,
      run: child,
      accept: () => Promise.resolve(),
      ended: () => Promise.resolve(null),
    };
    const call = act(({ subflow }) => subflow("below", null, true), { onError: "continue" });
    const { end } = await walked(branch(repeat(9, branch(call))), {
      subflows,
      limits: { steps: 10 },
    });
    expect(end.error?.code).to.equal("STEPS_LIMIT");
    expect(ends.map(({ status }) => status)).to.deep.equal(["succeeded", "errored"]);
  });

  it("counts what was done before a process died", async () => {
    const kept = nothingKept();
    const steps = branch(repeat(100, branch(say("on"))));
    const limits = { steps: 50 };
    await life(steps, kept, { limits, dieAt: 41 }).catch(() => undefined);
    expect(kept.steps).to.have.length(40);
    const end = (await life(steps, kept, { limits })) as RunEnd;
    expect(end.error?.code).to.equal("STEPS_LIMIT");
    expect(kept.steps.length).to.be.within(48, 52);
  });
});

const codeOf = async (steps: Parameters<typeof walked>[0], more = {}) =>
  (await walked(steps, { limits: { record: 10_000, result: 1_000 }, ...more })).end.error?.code;

describe("a run of which more is to be recorded than limits.record", () => {
  const large = "x".repeat(900);

  it("errs with RECORD_LIMIT: results of steps", async () => {
    const passed = nest(branch(forMany(100, branch(act(() => large)))), { onError: "continue" });
    expect(await codeOf(branch(passed))).to.equal("RECORD_LIMIT");
  });

  it("errs with RECORD_LIMIT also where its last step exceeds the limit", async () => {
    const steps = Array.from({ length: 11 }, () => act(() => large));
    expect(await codeOf(branch(...steps))).to.equal("RECORD_LIMIT");
    expect(await codeOf(branch(...steps.slice(2)))).to.equal(undefined);
  });

  it("errs with RECORD_LIMIT: messages and variables", async () => {
    const assign = act(({ assign: put }) => (put("a", large), null));
    expect(await codeOf(branch(repeat(20, branch(assign))))).to.equal("RECORD_LIMIT");
    expect(await codeOf(branch(repeat(20, branch(say(large)))))).to.equal("RECORD_LIMIT");
  });

  it("errs with RECORD_LIMIT: the trigger of a run that is kept", async () => {
    const limits = { record: 10_000 };
    const trigger = { data: "x".repeat(20_000) };
    const kept = nothingKept();
    const journal = {
      past: { steps: [], notes: [], bytes: 20_000 },
      step: (record: (typeof kept.steps)[number]) => Promise.resolve(void kept.steps.push(record)),
      note: () => Promise.resolve(),
    };
    const end = await life(branch(say("never")), kept, { limits, start: { trigger }, journal });
    expect((end as RunEnd).error?.code).to.equal("RECORD_LIMIT");
    expect(kept.steps).to.deep.equal([]);
  });

  it("counts no value that is kept only as a marker", async () => {
    const trigger = { data: "x".repeat(20_000) };
    expect(await codeOf(branch(say("on")), { start: { trigger } })).to.equal(undefined);
  });
});

describe("runs that wait for nothing", () => {
  it("let others have their turn between their pieces, however many there are", async () => {
    const all: number[] = [];
    let pieces = 0;
    const timer = setInterval(() => {
      all.push(pieces);
      pieces = 0;
    }, 1);
    const busy = act(() => {
      pieces++;
      const until = performance.now() + 2;
      while (performance.now() < until);
      return null;
    });
    await Promise.all(Array.from({ length: 20 }, () => walked(branch(repeat(20, branch(busy))))));
    clearInterval(timer);
    // Each piece takes 2 ms at the least, and others have their turn every 10 ms; there are 400 pieces.
    expect(Math.max(pieces, ...all)).to.be.within(1, 40);
  });
});
