import { expect } from "chai";
import { GatewayError } from "../../src/model/errors.ts";
import { ProcessStopping } from "../../src/model/stopping.ts";
import { act, branch, step } from "../runner/builders.ts";
import { typeOf } from "../steps/step-context.ts";
import { onBothStores } from "../support/both-stores.ts";
import { eventually } from "../support/eventually.ts";
import { type Bench, gate, openBench } from "./bench.ts";

onBothStores("a worker that is stopped", () => {
  let bench: Bench;
  beforeEach(async () => (bench = await openBench()));
  afterEach(() => bench.close());

  it("lets the step in flight end, keeps what it gave, and does not begin the next", async () => {
    const [begun, held] = [gate(), gate()];
    const done: string[] = [];
    const workflow = bench.workflow(
      "long",
      branch(
        act(async () => {
          done.push("one");
          begun.open();
          await held.opened;
          return "one";
        }),
        act(() => done.push("two")),
      ),
    );
    const id = await bench.accept(workflow);
    const stopped = await stopAt(begun, held);
    expect(stopped).to.equal("in order");
    expect(done).to.deep.equal(["one"]);
    const { status, steps } = await bench.run(id);
    expect(status).to.equal("waiting");
    expect(steps.map(({ path, result }) => [path, result])).to.deep.equal([["act#0", "one"]]);

    await bench.reopen();
    bench.work();
    // Nothing died over it: it is still its first attempt.
    expect(await bench.become(id, "succeeded")).to.include({ attempt: 0 });
    expect(done).to.deep.equal(["one", "two"]);
  });

  it("lets the steps in flight of all branches end, and begins none of theirs", async () => {
    const [begun, first, second] = [gate(), gate(), gate()];
    const done: string[] = [];
    const parallel = typeOf("parallel");
    const branches = [
      branch(
        act(() => first.opened.then(() => done.push("first"))),
        act(() => done.push("next")),
      ),
      branch(
        act(() => {
          begun.open();
          return second.opened.then(() => done.push("second"));
        }),
      ),
    ];
    const fan = step(parallel, { branches, mode: "all" }, { id: "fan", plain: false });
    const id = await bench.accept(bench.workflow("fan", [fan]));
    const worker = bench.work();
    await begun.opened;
    const stopped = worker.stop(60_000);
    first.open();
    await eventually(async () => expect((await bench.run(id)).steps).to.have.length(1));
    second.open();
    await stopped;
    expect(done).to.deep.equal(["first", "second"]);
    expect(
      (await bench.run(id)).steps.map(({ path, status }) => `${path} ${status}`),
    ).to.deep.equal(["fan.branches[0].act#0 succeeded", "fan.branches[1].act#0 succeeded"]);
    bench.work();
    expect(await bench.become(id, "succeeded")).to.include({ attempt: 0 });
    expect(done).to.deep.equal(["first", "second", "next"]);
  });

  it("lets a run end whose last step was in flight", async () => {
    const [begun, held] = [gate(), gate()];
    let times = 0;
    const last = act(async () => {
      times++;
      begun.open();
      await held.opened;
      return null;
    });
    const id = await bench.accept(bench.workflow("short", [last]));
    await stopAt(begun, held);
    expect(await bench.run(id)).to.include({ status: "succeeded" });
    expect(times).to.equal(1);
  });

  it("lets go of a step that takes longer than the grace; the next worker does it again, by the same key", async () => {
    const begun = gate();
    const keys: string[] = [];
    let reason: unknown;
    const slow = act(({ signal, idempotencyKey }) => {
      keys.push(idempotencyKey);
      begun.open();
      if (keys.length > 1) return "done";
      return new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => {
          reason = signal.reason;
          reject(new Error("given up"));
        });
      });
    });
    const id = await bench.accept(bench.workflow("slow", [slow]));
    const worker = bench.work();
    await begun.opened;
    await worker.stop(20);
    expect(reason).to.be.instanceOf(ProcessStopping);
    expect(await bench.run(id)).to.deep.include({ status: "waiting", steps: [] });

    bench.work();
    const { attempt, steps } = await bench.become(id, "succeeded");
    expect(keys).to.deep.equal([`${id}:act#0`, `${id}:act#0`]);
    expect(attempt).to.equal(0);
    expect(steps.map(({ attempt: number, result }) => [number, result])).to.deep.equal([
      [1, "done"],
    ]);
  });

  it("lets go of a step that heeds no signal, too", async () => {
    const begun = gate();
    const deaf = act(() => {
      begun.open();
      return new Promise(() => undefined);
    });
    const id = await bench.accept(bench.workflow("deaf", [deaf]));
    const worker = bench.work();
    await begun.opened;
    await worker.stop(20);
    expect(await bench.run(id)).to.include({ status: "waiting" });
  });

  it("begins nothing of what it was claiming, and gives it back", async () => {
    const done: string[] = [];
    const id = await bench.accept(bench.workflow("quick", [act(() => done.push("begun"))]));
    const [claiming, held] = [gate(), gate()];
    const { queue } = bench.store;
    const worker = bench.work({
      queue: {
        ...queue,
        async claim(most) {
          claiming.open();
          await held.opened;
          return queue.claim(most);
        },
      },
    });
    await claiming.opened;
    const stopped = worker.stop(60_000);
    held.open();
    await stopped;
    expect(done).to.deep.equal([]);
    expect(await bench.run(id)).to.include({ status: "waiting" });
    bench.work();
    expect(await bench.become(id, "succeeded")).to.include({ attempt: 0 });
  });

  it("claims nothing that is queued afterwards", async () => {
    let claims = 0;
    const { queue } = bench.store;
    const worker = bench.work({
      queue: { ...queue, claim: (most) => (claims++, queue.claim(most)) },
    });
    await worker.stop(0);
    const before = claims;
    const id = await bench.accept(bench.workflow("quick", []));
    expect(claims).to.equal(before);
    expect(await bench.run(id)).to.include({ status: "queued" });
  });

  it("does not wait for a store that takes nothing back: the next start finds the run", async () => {
    const begun = gate();
    let first = true;
    const slow = act(() => {
      begun.open();
      if (!first) return null;
      first = false;
      return new Promise(() => undefined);
    });
    const id = await bench.accept(bench.workflow("slow", [slow]));
    const worker = bench.work({ queue: { ...bench.store.queue, wait: full } });
    await begun.opened;
    await worker.stop(0);
    expect(await bench.run(id)).to.include({ status: "running" });
    await bench.reopen();
    bench.work();
    expect(await bench.become(id, "succeeded")).to.include({ attempt: 1 });
  });

  /** Stops a worker when a step has begun, and lets the step end only then. */
  async function stopAt(begun: ReturnType<typeof gate>, held: ReturnType<typeof gate>) {
    const worker = bench.work();
    await begun.opened;
    const stopped = worker.stop(60_000).then(() => "in order");
    held.open();
    return stopped;
  }
});

const full = () => Promise.reject(new GatewayError("STORE_UNAVAILABLE", "The disk is full"));
