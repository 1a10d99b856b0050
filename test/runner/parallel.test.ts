import { expect } from "chai";
import type { Branch, Outcome, Step } from "../../src/model/step.ts";
import { parallel } from "../../src/steps/parallel.ts";
import { act, branch, forever, outcome, say, step, stepEnds, walked } from "./builders.ts";
import { clock, life, nothingKept } from "./lives.ts";

describe("a parallel", () => {
  it("walks its branches at the same time, and gives the list of their last results", async () => {
    let letGo: ((value: string) => void) | undefined;
    const waits = act(() => new Promise((resolve) => (letGo = resolve)));
    const lets = act(() => (letGo?.("first"), "second"));
    const { records } = await walked(branch(fan("all", branch(waits), branch(lets), [])));
    expect(records.at(-1)).to.deep.include({ path: "fan", result: ["first", "second", null] });
    expect(records[0]?.path).to.equal("fan.branches[1].act#0");
  });

  it("errs as soon as a branch does, and the others' steps in flight are canceled", async () => {
    const { end, records } = await walked(branch(fan("all", branch(slow), branch(broken))));
    expect(end.error).to.deep.include({ message: "broken", step: "fan.branches[1].broken" });
    expect(stepEnds(records)).to.deep.equal([
      "fan.branches[1].broken errored",
      "fan.branches[0].slow canceled",
      "fan errored",
    ]);
  });

  it("under `any` takes the first that succeeds, and errs when none does", async () => {
    const one = await walked(branch(fan("any", branch(broken), branch(slow), branch(say("won")))));
    expect(one.records.at(-1)).to.deep.include({ status: "succeeded", result: "won" });
    expect(stepEnds(one.records)).to.include("fan.branches[1].slow canceled");
    const none = await walked(branch(fan("any", branch(broken), branch(broken))));
    expect(none.end.error?.step).to.equal("fan.branches[0].broken");
  });

  it("under `race` takes the first that is done, also when it errs", async () => {
    const won = await walked(branch(fan("race", branch(slow), branch(say("won")))));
    expect(won.records.at(-1)).to.deep.include({ status: "succeeded", result: "won" });
    const lost = await walked(branch(fan("race", branch(slow), branch(broken))));
    expect(lost.end.error?.message).to.equal("broken");
  });

  it("under `allSettled` waits for all, and gives null for one that erred", async () => {
    const { records } = await walked(branch(fan("allSettled", branch(broken), branch(say("a")))));
    expect(records.at(-1)).to.deep.include({ status: "succeeded", result: [null, "a"] });
  });

  for (const mode of ["all", "any", "race", "allSettled"] as const) {
    it(`under \`${mode}\` ends the run when a branch does, and aborts the others`, async () => {
      const { end, records } = await walked(
        branch(fan(mode, branch(slow), branch(outcome(refusal))), say("never")),
      );
      expect(end).to.deep.include({ status: "failed", stopped: true, messages: [] });
      expect(stepEnds(records)).to.include("fan.branches[0].slow canceled");
    });
  }

  it("suspends only when all of its branches wait, until the earliest can go on", async () => {
    const time = clock();
    const kept = nothingKept();
    const steps = branch(fan("all", branch(wait(60)), branch(wait(30)), branch(say("a"))));
    const asleep = { ...time, sleep: sleeps };
    const first = await life(steps, kept, asleep);
    expect(first).to.deep.equal({
      id: "run-1",
      status: "waiting",
      child: null,
      until: new Date("2026-01-02T03:04:35Z"),
    });
    expect(stepEnds(kept.steps)).to.deep.equal(["fan.branches[2].say#0 succeeded"]);
    time.advance(30_000);
    expect(await life(steps, kept, asleep)).to.deep.include({
      until: new Date("2026-01-02T03:05:05Z"),
    });
    time.advance(30_000);
    const end = await life(steps, kept, asleep);
    expect(end).to.deep.include({ status: "succeeded", messages: ["a"] });
    expect(kept.steps.at(-1)?.result).to.deep.equal([60, 30, "a"]);
  });

  it("records a branch that waits as canceled when another wins", async () => {
    const wait = act(({ waitUntil }) => waitUntil(new Date("2027-01-01")).then(() => null));
    const work = act(async () => (await new Promise(setImmediate), "won"));
    const kept = nothingKept();
    const steps = branch(fan("race", branch(wait), branch(work)));
    const end = await life(steps, kept, { sleep: sleeps });
    expect(end).to.deep.include({ status: "succeeded" });
    expect(stepEnds(kept.steps)).to.deep.equal([
      "fan.branches[1].act#0 succeeded",
      "fan.branches[0].act#0 canceled",
      "fan succeeded",
    ]);
  });
});

const refusal: Outcome = { go: "end", status: "failed", result: null };
const slow = act(forever, { id: "slow" });
const broken = act(
  () => {
    throw new Error("broken");
  },
  { id: "broken" },
);

/** A parallel step of the id `fan`. */
const fan = (mode: "all" | "any" | "race" | "allSettled", ...branches: Branch[]): Step =>
  step(parallel, { branches, mode }, { id: "fan", plain: false });

/** Sleeps until it is aborted: no time passes. */
const sleeps = (_milliseconds: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });

const wait = (seconds: number) =>
  act(async ({ remember, waitUntil, now }) => {
    const until = await remember("until", () =>
      new Date(now().getTime() + seconds * 1_000).toISOString(),
    );
    await waitUntil(new Date(until));
    return seconds;
  });
