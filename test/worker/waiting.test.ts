import { expect } from "chai";
import { act, branch, step } from "../runner/builders.ts";
import { typeOf } from "../steps/step-context.ts";
import { type Bench, gate, openBench, testClock } from "./bench.ts";
import { onBothStores } from "../support/both-stores.ts";

onBothStores("a run that waits", () => {
  let bench: Bench;
  beforeEach(async () => (bench = await openBench()));
  afterEach(() => bench.close());

  it("occupies no slot meanwhile, and goes on when an operator says so", async () => {
    const done: string[] = [];
    const workflow = bench.workflow(
      "patient",
      branch(
        act(() => done.push("before")),
        delay("1h"),
        act(() => done.push("after")),
      ),
    );
    const ids = [await bench.accept(workflow), await bench.accept(workflow)];
    bench.work({ concurrency: 1 });
    for (const id of ids) await bench.become(id, "waiting");
    await bench.become(await bench.accept(bench.workflow("quick", [])), "succeeded");
    expect(done).to.deep.equal(["before", "before"]);
    await bench.store.operations.resume(ids[0]!);
    expect(await bench.become(ids[0]!, "succeeded")).to.include({ attempt: 0 });
    expect(done).to.deep.equal(["before", "before", "after"]);
    expect(await bench.run(ids[1]!)).to.include({ status: "waiting" });
  });

  it("goes on at its time, by a real timer", async () => {
    const id = await bench.accept(bench.workflow("patient", branch(delay("50ms"))));
    bench.work();
    const { steps, finishedAt } = await bench.become(id, "succeeded");
    expect(steps.map(({ path, status }) => `${path} ${status}`)).to.deep.equal(["pause succeeded"]);
    const { startedAt } = await bench.run(id);
    expect(Date.parse(finishedAt ?? "") - Date.parse(startedAt)).to.be.at.least(50);
  });

  it("goes on after a start when its time came while no process was there", async () => {
    await bench.close();
    const time = testClock();
    bench = await openBench({ now: time.now });
    const id = await bench.accept(bench.workflow("patient", branch(delay("100ms"))));
    const worker = bench.work({ alarm: time.alarm });
    await bench.become(id, "waiting");
    await worker.stop(0);
    await bench.reopen();
    time.set(100);
    expect(await bench.run(id)).to.include({ status: "waiting" });
    bench.work();
    expect(await bench.become(id, "succeeded")).to.include({ attempt: 0 });
  });

  it("for another run goes on when that has ended, with what it gave", async () => {
    const held = gate();
    bench.workflow(
      "child",
      branch(
        act(async ({ output, say }) => {
          await held.opened;
          say("Done below");
          output(42);
          return null;
        }),
      ),
      { trigger: { type: "subflow" } },
    );
    const parent = await bench.accept(
      bench.workflow(
        "parent",
        branch(
          step(typeOf("subflow"), { workflow: "child", input: null, wait: true }, { id: "below" }),
        ),
      ),
    );
    // One place is enough for both: the parent takes none while it waits.
    bench.work({ concurrency: 1 });
    await bench.become(parent, "waiting");
    held.open();
    const { steps, messages } = await bench.become(parent, "succeeded");
    expect(steps.map(({ path, result }) => [path, result])).to.deep.equal([["below", 42]]);
    expect(messages).to.deep.equal(["Done below"]);
    const { runs } = await bench.store.list({ workflow: "child", limit: 50 });
    expect(runs.map((run) => [run.parent, run.status])).to.deep.equal([[parent, "succeeded"]]);
  });
});

const delay = (text: string) => {
  const type = typeOf("delay");
  return step(type, type.config.parse({ for: text }), { id: "pause" });
};
