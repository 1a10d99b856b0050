import { expect } from "chai";
import { StepError } from "../../src/model/step-error.ts";
import { act, branch, forever } from "../runner/builders.ts";
import { onBothStores } from "../support/both-stores.ts";
import { eventually } from "../support/eventually.ts";
import { aNewRun, aWorkflow } from "../support/runs.ts";
import { type Bench, gate, openBench } from "./bench.ts";

onBothStores("a worker", () => {
  let bench: Bench;
  beforeEach(async () => (bench = await openBench()));
  afterEach(() => bench.close());

  it("does what is queued, oldest first, and records how it ended", async () => {
    const order: unknown[] = [];
    const workflow = bench.workflow("notify", [act(({ scope }) => order.push(scope["trigger"]))]);
    const ids = [];
    for (const n of [1, 2, 3]) ids.push(await bench.accept(workflow, { trigger: { n } }));
    bench.work({ concurrency: 1 });
    for (const id of ids) await bench.become(id, "succeeded");
    expect(order).to.deep.equal([{ n: 1 }, { n: 2 }, { n: 3 }]);
    const run = await bench.run(ids[0]!);
    expect(run.steps.map(({ path, result }) => [path, result])).to.deep.equal([["act#0", 1]]);
  });

  it("does what is queued later as soon as it is", async () => {
    bench.work();
    const workflow = bench.workflow("notify", [act(() => null)]);
    await bench.become(await bench.accept(workflow), "succeeded");
    await bench.become(await bench.accept(workflow), "succeeded");
  });

  it("never has more runs under way than its concurrency", async () => {
    const crowd = aCrowd();
    const workflow = bench.workflow("notify", [crowd.step]);
    const ids = [];
    for (let n = 0; n < 7; n++) ids.push(await bench.accept(workflow));
    bench.work({ concurrency: 3 });
    await eventually(() => expect(crowd.inside()).to.equal(3));
    const queued = (await bench.store.list({ status: "queued", limit: 50 })).runs;
    expect(queued).to.have.length(4);
    crowd.letGo();
    for (const id of ids) await bench.become(id, "succeeded");
    expect(crowd.most()).to.equal(3);
  });

  it("is not held up by a run that is stuck", async () => {
    const stuck = bench.workflow("stuck", [act(forever)]);
    const quick = bench.workflow("quick", [act(() => null)]);
    const [first, ...others] = [
      await bench.accept(stuck),
      await bench.accept(quick),
      await bench.accept(quick),
      await bench.accept(quick),
    ];
    bench.work({ concurrency: 2 });
    for (const id of others) await bench.become(id, "succeeded");
    expect(await bench.run(first)).to.include({ status: "running" });
  });

  it("ends a run as errored whose step errs", async () => {
    const id = await bench.accept(bench.workflow("broken", [act(fails, { id: "call" })]));
    bench.work();
    expect((await bench.become(id, "errored")).error).to.deep.equal({
      message: "It is broken",
      code: "REQUEST_FAILED",
      step: "call",
    });
  });

  it("ends a run as errored whose definition can't be used any more, and says why", async () => {
    const id = await bench.accept(aWorkflow({ key: "old", steps: [act(() => null)] }));
    bench.work();
    const { error, steps } = await bench.become(id, "errored");
    expect(error).to.deep.equal({
      message:
        "The definition that the run was accepted with can't be used any more: there is no step type in old any more",
      code: "DEFINITION_UNUSABLE",
      step: "",
    });
    expect(steps).to.deep.equal([]);
  });

  describe("that accepts runs itself", () => {
    it("begins them as it has accepted them, and claims none of them anew", async () => {
      let asked = 0;
      const { queue } = bench.store;
      const claim: typeof queue.claim = (most) => (asked++, queue.claim(most));
      const worker = bench.work({ queue: { ...queue, claim } });
      const workflow = bench.workflow("notify", [act(() => null)]);
      const first = aNewRun({ workflow });
      await queue.accept([first]);
      await bench.become(first.id, "succeeded");
      const before = asked;
      const runs = [aNewRun({ workflow }), aNewRun({ workflow })];
      await worker.accept(runs);
      for (const { id } of runs) await bench.become(id, "succeeded");
      expect(asked).to.equal(before);
    });

    it("leaves those in the line that it has no room for, and does them later", async () => {
      const crowd = aCrowd();
      const workflow = bench.workflow("notify", [crowd.step]);
      const worker = bench.work({ concurrency: 2 });
      const runs = Array.from({ length: 7 }, () => aNewRun({ workflow }));
      await Promise.all(runs.map((run) => worker.accept([run])));
      await eventually(() => expect(crowd.inside()).to.equal(2));
      expect((await bench.store.list({ status: "queued", limit: 50 })).runs).to.have.length(5);
      crowd.letGo();
      for (const { id } of runs) await bench.become(id, "succeeded");
      expect(crowd.most()).to.equal(2);
    });

    it("gives back what it accepted when it stops, begun or not", async () => {
      const worker = bench.work();
      const done: string[] = [];
      const workflow = bench.workflow("notify", [act(() => done.push("begun"))]);
      const run = aNewRun({ workflow });
      const accepted = worker.accept([run]);
      await worker.stop(0);
      await accepted;
      expect(done).to.deep.equal([]);
      await bench.reopen();
      expect(await bench.run(run.id)).to.include({ attempt: 0 });
      bench.work();
      await bench.become(run.id, "succeeded");
    });
  });

  describe("aborts a run that is canceled", () => {
    it("its step gets the signal, the next one does not begin, and it stays canceled", async () => {
      const begun = gate();
      const aborted = gate();
      const done: string[] = [];
      const workflow = bench.workflow(
        "long",
        branch(
          waiting(begun, aborted),
          act(() => done.push("next")),
        ),
      );
      const id = await bench.accept(workflow);
      bench.work({ concurrency: 1 });
      await begun.opened;
      await bench.store.operations.cancel(id);
      await aborted.opened;
      // Its place is free: another run is done in it.
      await bench.become(await bench.accept(bench.workflow("quick", [])), "succeeded");
      expect(await bench.run(id)).to.include({ status: "canceled" });
      expect(done).to.deep.equal([]);
      await bench.reopen();
      expect(await bench.run(id)).to.include({ status: "canceled" });
    });

    it("also when that happens between its claim and its beginning", async () => {
      const done: string[] = [];
      const id = await bench.accept(bench.workflow("long", [act(() => done.push("begun"))]));
      const { queue, operations } = bench.store;
      let canceled = false;
      bench.work({
        concurrency: 1,
        queue: {
          ...queue,
          async claim(most) {
            const claims = await queue.claim(most);
            if (!canceled) await operations.cancel(id);
            canceled = true;
            return claims;
          },
        },
      });
      await bench.become(await bench.accept(bench.workflow("quick", [])), "succeeded");
      expect(await bench.run(id)).to.include({ status: "canceled" });
      expect(done).to.deep.equal([]);
    });

    it("and leaves other runs alone", async () => {
      const held = gate();
      const begun = gate();
      const stays = await bench.accept(
        bench.workflow("stays", [
          act(async () => {
            begun.open();
            await held.opened;
            return null;
          }),
        ]),
      );
      const other = await bench.accept(bench.workflow("other", [act(forever)]));
      bench.work();
      await begun.opened;
      await bench.become(other, "running");
      await bench.store.operations.cancel(other);
      held.open();
      await bench.become(stays, "succeeded");
    });
  });
});

/** A step that opens a gate when it begins, heeds its signal, and opens another when that is aborted. */
const waiting = (begun: { open(): void }, aborted: { open(): void }) =>
  act(
    ({ signal }) =>
      new Promise((_resolve, reject) => {
        begun.open();
        signal.addEventListener("abort", () => {
          aborted.open();
          reject(signal.reason as Error);
        });
      }),
  );

const fails = () => {
  throw new StepError("REQUEST_FAILED", "It is broken");
};

/** A step that holds all runs that come to it until they are let go; it counts those inside, now and at most. */
function aCrowd() {
  const held = gate();
  let inside = 0;
  let most = 0;
  const step = act(async () => {
    most = Math.max(most, ++inside);
    await held.opened;
    inside--;
    return null;
  });
  return { step, inside: () => inside, most: () => most, letGo: () => held.open() };
}
