import { expect } from "chai";
import { act, branch, step } from "../runner/builders.ts";
import { typeOf } from "../steps/step-context.ts";
import { onBothStores } from "../support/both-stores.ts";
import { eventually } from "../support/eventually.ts";
import { type Bench, type TestClock, openBench, testClock } from "./bench.ts";

const delay = typeOf("delay");

const HOUR = 3_600_000;

onBothStores("a delay, when the clock is set", () => {
  let bench: Bench;
  let time: TestClock;
  beforeEach(async () => {
    time = testClock();
    bench = await openBench({ now: time.now });
  });
  afterEach(() => bench.close());

  const waiting = async (length: string) => {
    const done: number[] = [];
    const steps = branch(
      step(delay, delay.config.parse({ for: length })),
      act(() => done.push(1)),
    );
    const id = await bench.accept(bench.workflow("patient", steps));
    bench.work({ alarm: time.alarm });
    await bench.become(id, "waiting");
    await eventually(() => expect(time.isSet()).to.equal(true));
    return { id, done };
  };

  it("to just before its end, is not over; at its end, it is", async () => {
    const { id, done } = await waiting("300ms");
    expect(time.asked.at(-1)).to.equal(300);
    time.set(299);
    time.ring();
    await eventually(() => expect(time.asked.at(-1)).to.equal(1));
    expect(await bench.run(id)).to.include({ status: "waiting" });
    expect(done).to.deep.equal([]);
    time.set(300);
    time.ring();
    await bench.become(id, "succeeded");
    expect(done).to.deep.equal([1]);
  });

  it("eight days forward, is over at the next look, at most 30 s later", async () => {
    const { id } = await waiting("7d");
    expect(time.asked.at(-1)).to.equal(30_000);
    time.set(8 * 24 * HOUR);
    time.ring();
    await bench.become(id, "succeeded");
  });

  it("two hours back as it falls due, and forth again, is over at the next look", async () => {
    const { id, done } = await waiting("1h");
    time.set(-HOUR);
    const looks = time.asked.length;
    time.ring();
    await eventually(() => expect(time.asked).to.have.length.above(looks));
    expect(time.asked.at(-1)).to.equal(30_000);
    expect(done).to.deep.equal([]);
    time.set(HOUR);
    time.ring();
    await bench.become(id, "succeeded");
  });

  it("costs no look at the clock when no run waits", async () => {
    bench.work({ alarm: time.alarm });
    await bench.become(await bench.accept(bench.workflow("quick", [])), "succeeded");
    expect(time.asked).to.deep.equal([]);
  });

  it("ends no run before it began", async () => {
    const back = act(() => (time.set(-2 * HOUR), null));
    const id = await bench.accept(bench.workflow("back", branch(back)));
    bench.work();
    const run = await bench.become(id, "succeeded");
    expect(run.finishedAt).to.equal(run.startedAt);
    expect(run.steps[0]?.durationMs).to.be.at.least(0);
  });
});
