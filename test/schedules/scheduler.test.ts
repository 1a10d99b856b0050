import { expect } from "chai";
import type { ScheduleTrigger } from "../../src/model/schedule.ts";
import type { Workflow } from "../../src/model/workflow.ts";
import { type Scheduler, startScheduler } from "../../src/schedules/scheduler.ts";
import type { Store } from "../../src/store/store.ts";
import { schedule } from "../../src/triggers/schedule.ts";
import { onBothStores, storePlace } from "../support/both-stores.ts";
import { eventually } from "../support/eventually.ts";
import { aWorkflow } from "../support/runs.ts";
import type { StorePlace } from "../support/store-contract.ts";
import { type TestClock, testClock } from "../worker/bench.ts";

const MINUTE = 60_000;

onBothStores("the scheduler", () => {
  let place: StorePlace;
  let store: Store;
  let time: TestClock;
  let started: Scheduler[];
  const logged: string[] = [];
  const note = (_fields: object, message: string) => void logged.push(message);
  const log = { debug: note, info: note, warn: note, error: note };
  beforeEach(async () => {
    place = await storePlace();
    time = testClock(new Date("2026-03-02T00:00:30Z"));
    store = await place.open({ now: time.now });
    started = [];
    logged.length = 0;
  });
  afterEach(async () => {
    await Promise.all(started.map((one) => one.stop()));
    await store.close();
    await place.remove();
  });

  /** Starts one that follows these, and waits until it has looked. */
  const start = async (...workflows: Workflow[]) => {
    const looks = time.asked.length;
    const one = startScheduler({
      schedules: store.schedules,
      now: time.now,
      log,
      alarm: time.alarm,
    });
    started.push(one);
    one.follow(workflows);
    await eventually(() => expect(time.asked).to.have.length.above(looks));
    return one;
  };
  const ring = async () => {
    const looks = time.asked.length;
    time.ring();
    await eventually(() => expect(time.asked).to.have.length.above(looks));
  };
  const scheduled = async () => {
    const { runs } = await store.list({ limit: 100 });
    const all = await Promise.all(runs.map(({ id }) => store.get(id)));
    return all
      .map((run) => (run!.trigger as { scheduledAt: string }).scheduledAt.slice(11, 19))
      .toSorted();
  };

  it("queues a run when a time comes, and none before", async () => {
    await start(each("1m"));
    expect(time.asked.at(-1)).to.equal(30_000);
    time.set(29_999);
    await ring();
    expect(await scheduled()).to.deep.equal([]);
    time.set(30_000);
    await ring();
    expect(await scheduled()).to.deep.equal(["00:01:00"]);
    expect(time.asked.at(-1)).to.equal(30_000);
  });

  it("looks at the clock at least every 30 s, since it may be set", async () => {
    await start(each("1d"));
    expect(time.asked.at(-1)).to.equal(30_000);
    time.set(86_400_000);
    await ring();
    expect(await scheduled()).to.deep.equal(["00:00:00"]);
  });

  it("queues no time again when the clock is set back", async () => {
    await start(each("1m"));
    time.set(MINUTE);
    await ring();
    time.set(0);
    await ring();
    time.set(MINUTE);
    await ring();
    expect(await scheduled()).to.deep.equal(["00:01:00"]);
  });

  it("counts from now on when the clock was far ahead and is right again", async () => {
    await start(each("1m"));
    time.set(3_650 * 86_400_000);
    await ring();
    time.set(0);
    await ring();
    expect(logged).to.include("a schedule is far ahead of the clock: it counts from now on");
    time.set(30_000);
    await ring();
    expect(await scheduled()).to.include("00:01:00");
  });

  for (const [missed, times] of [
    ["once", ["00:05:00"]],
    ["skip", []],
    ["all", ["00:01:00", "00:02:00", "00:03:00", "00:04:00", "00:05:00"]],
  ] as const) {
    it(`does with times that passed while nothing ran as it is told: ${missed}`, async () => {
      const first = await start(each("1m", { missed }));
      await first.stop();
      time.set(5 * MINUTE);
      await start(each("1m", { missed }));
      expect(await scheduled()).to.deep.equal(times);
      time.set(5 * MINUTE + 30_000);
      await ring();
      expect(await scheduled()).to.deep.equal([...times, "00:06:00"]);
    });
  }

  it("tells when more times were missed than become runs", async () => {
    await (await start(each("1s", { missed: "all" }))).stop();
    time.set(10 * MINUTE);
    await start(each("1s", { missed: "all" }));
    expect(await scheduled()).to.have.length(100);
    expect(logged).to.deep.equal([
      "more times were missed than become runs: only the last ones do",
    ]);
  });

  it("queues one run of a time, however many instances look", async () => {
    const instances = [1, 2, 3].map(() =>
      startScheduler({ schedules: store.schedules, now: time.now, log, alarm: () => () => {} }),
    );
    started.push(...instances);
    for (let minute = 0; minute < 5; minute++) {
      time.set(minute * MINUTE);
      for (const one of instances) one.follow([each("1m")]);
      await eventually(async () => expect(await scheduled()).to.have.length(minute));
    }
    expect(new Set(await scheduled())).to.have.property("size", 4);
  });

  it("begins no run of a disabled workflow, and none for the time in which it was", async () => {
    const one = await start(each("1m"));
    one.follow([each("1m", {}, { enabled: false })]);
    time.set(3 * MINUTE);
    one.follow([each("1m", {}, { enabled: false })]);
    await eventually(async () => expect((await store.schedules.follow([])).size).to.equal(0));
    one.follow([each("1m")]);
    await eventually(() => expect(time.isSet()).to.equal(true));
    time.set(3 * MINUTE + 30_000);
    await ring();
    expect(await scheduled()).to.deep.equal(["00:04:00"]);
  });

  it("tells of a run that it leaves out, since the last one is still at work", async () => {
    await start(each("1m", { overlap: "skip" }));
    for (const minute of [1, 2]) {
      time.set(minute * MINUTE);
      await ring();
    }
    expect(await scheduled()).to.deep.equal(["00:01:00"]);
    expect(logged).to.deep.equal(["no run: the last one is still at work"]);
  });
});

/** A workflow that runs every so often. */
function each(
  every: string,
  own: Partial<ScheduleTrigger> = {},
  workflow: Partial<Workflow> = {},
): Workflow {
  const trigger = { ...schedule.config.parse({ type: "schedule", every }), ...own };
  return aWorkflow({ key: "often", trigger, ...workflow });
}
