import { expect } from "chai";
import { GatewayError } from "../../src/model/errors.ts";
import type { RunQueue } from "../../src/model/queue.ts";
import { StepError } from "../../src/model/step-error.ts";
import { act, branch, step } from "../runner/builders.ts";
import { onBothStores } from "../support/both-stores.ts";
import { eventually } from "../support/eventually.ts";
import { noJson } from "../support/no-json.ts";
import { aNewRun } from "../support/runs.ts";
import { typeOf } from "../steps/step-context.ts";
import { type Bench, type TestClock, openBench, testClock } from "./bench.ts";

onBothStores("a worker whose store fails", () => {
  let bench: Bench;
  beforeEach(async () => (bench = await openBench()));
  afterEach(() => bench.close());

  it("asks again when the store could not say what is queued", async () => {
    const id = await bench.accept(bench.workflow("quick", []));
    bench.work({ queue: failing("claim", 1) });
    await bench.become(id, "succeeded");
    expect(bench.logged).to.deep.equal(["queued runs can't be claimed"]);
  });

  it("asks again when the store could not say when the next run is due", async () => {
    const time = await standingClock();
    const delay = typeOf("delay");
    const steps = branch(step(delay, delay.config.parse({ for: "100ms" })));
    const id = await bench.accept(bench.workflow("patient", steps));
    bench.work({ queue: failing("nextWake", 2), alarm: time.alarm });
    await bench.become(id, "waiting");
    await eventually(() => expect(time.isSet()).to.equal(true));
    time.set(100);
    await eventually(async () => {
      time.ring();
      expect(await bench.run(id)).to.include({ status: "succeeded" });
    });
    expect(bench.logged).to.include("queued runs can't be claimed");
  });

  it("does not begin the next step when a step's end could not be stored, and goes on with the run later", async () => {
    const done: string[] = [];
    const workflow = bench.workflow(
      "pay",
      branch(
        act(({ idempotencyKey }) => done.push(idempotencyKey)),
        act(() => done.push("next")),
      ),
    );
    const id = await bench.accept(workflow);
    bench.work({ queue: failing("step", 1) });
    // The first result is lost, so the step is done again, with the same key.
    expect(await bench.become(id, "succeeded")).to.include({ attempt: 0 });
    expect(done).to.deep.equal([`${id}:act#0`, `${id}:act#0`, "next"]);
    expect(bench.logged).to.deep.equal(["a run can't be kept"]);
  });

  it("does no step of a run again when the run's end could not be stored", async () => {
    let times = 0;
    const id = await bench.accept(bench.workflow("pay", [act(() => ++times)]));
    bench.work({ queue: failing("end", 1) });
    const { steps } = await bench.become(id, "succeeded");
    expect(times).to.equal(1);
    expect(steps).to.have.length(1);
  });

  for (const [what, own] of Object.entries({
    "a step": {
      step: (claim, record) => bench.store.queue.step(claim, { ...record, type: null as never }),
    },
    "its end": {
      end: (claim, end, causes) =>
        bench.store.queue.end(
          claim,
          claim.workflow === "odd" && end.status === "succeeded"
            ? { ...end, output: noJson() }
            : end,
          causes,
        ),
    },
  } satisfies Record<string, Partial<RunQueue>>)) {
    it(`ends a run as errored where ${what} can't be recorded because of what it is, and does not try it for ever`, async () => {
      let times = 0;
      const failed: unknown[] = [];
      const workflow = bench.workflow("odd", branch(act(() => ++times)));
      const id = await bench.accept(workflow);
      const alarm = aNewRun({ workflow: bench.workflow("alarm", []) });
      const queue = { ...bench.store.queue, ...own };
      bench.work({
        queue,
        afterFailure(run, { status, error }) {
          if (status !== "errored") return null;
          failed.push([run.id, error?.code]);
          return alarm;
        },
      });
      const { error } = await bench.become(id, "errored");
      expect(error?.code).to.equal("RUN_UNRECORDABLE");
      expect(error?.message).to.match(/^What the run did can't be recorded: ./);
      expect(times).to.equal(1);
      await bench.become(alarm.id, "succeeded");
      expect(failed).to.deep.equal([[id, "RUN_UNRECORDABLE"]]);
      expect(bench.store.ready()).to.equal(true);
    });
  }

  it("ends a run as errored also where the run that its failure causes can't be recorded", async () => {
    const id = await bench.accept(bench.workflow("broken", [act(fails)]));
    bench.work({ afterFailure: () => aNewRun({ trigger: { n: noJson() } }) });
    expect((await bench.become(id, "errored")).error?.code).to.equal("RUN_UNRECORDABLE");
  });

  it("ends a run as errored when what it does it with is broken, and tells no more of it than that", async () => {
    const id = await bench.accept(bench.workflow("odd", []));
    bench.work({
      resume: () => Promise.reject(new TypeError("no reader should see this")),
    });
    expect((await bench.become(id, "errored")).error).to.deep.equal({
      message: "The gateway met an unexpected error",
      code: "INTERNAL",
      step: "",
    });
    expect(bench.logged).to.include("a run can't be kept");
  });

  it("gives a run back again and again until the store takes it", async () => {
    let times = 0;
    const id = await bench.accept(bench.workflow("pay", [act(() => ++times)]));
    const queue = { ...failing("step", 1), wait: failing("wait", 2).wait };
    bench.work({ queue });
    await bench.become(id, "succeeded");
    expect(times).to.equal(2);
  });

  it("pauses between attempts at a run that can't be stored", async () => {
    const time = await standingClock();
    let times = 0;
    const id = await bench.accept(bench.workflow("pay", [act(() => ++times)]));
    bench.work({ queue: failing("step", Infinity), alarm: time.alarm });
    await bench.become(id, "waiting");
    await bench.become(await bench.accept(bench.workflow("quick", [])), "succeeded");
    await eventually(() => expect(time.asked.at(-1)).to.equal(1_000));
    time.set(999);
    time.ring();
    await eventually(() => expect(time.asked.at(-1)).to.equal(1));
    expect(times).to.equal(1);
    time.set(1_000);
    time.ring();
    await eventually(() => expect(times).to.equal(2));
  });

  /** Opens another bench, in which time passes only when the test says so. */
  async function standingClock(): Promise<TestClock> {
    await bench.close();
    const time = testClock();
    bench = await openBench({ now: time.now });
    return time;
  }

  /** The store's queue, one of whose words fails so many times. */
  function failing(word: "claim" | "nextWake" | "step" | "end" | "wait", times: number): RunQueue {
    const { queue } = bench.store;
    let left = times;
    const call = queue[word] as (...all: unknown[]) => Promise<unknown>;
    const or = (...all: unknown[]) =>
      left-- > 0
        ? Promise.reject(new GatewayError("STORE_UNAVAILABLE", "The disk is full"))
        : call(...all);
    return { ...queue, [word]: or };
  }
});

const fails = () => {
  throw new StepError("REQUEST_FAILED", "It is broken");
};
