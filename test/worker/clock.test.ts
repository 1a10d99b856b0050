import { expect } from "chai";
import { act, branch, step } from "../runner/builders.ts";
import { typeOf } from "../steps/step-context.ts";
import { eventually } from "../support/eventually.ts";
import { type Bench, openBench } from "./bench.ts";

/** A clock that can be set, and alarms that ring when the test says so. */
function clock() {
  let ahead = 0;
  let ring: (() => void) | null = null;
  const asked: number[] = [];
  return {
    asked,
    now: () => new Date(Date.now() + ahead),
    alarm(milliseconds: number, wake: () => void) {
      asked.push(milliseconds);
      ring = wake;
      return () => void (ring = null);
    },
    set: (milliseconds: number) => void (ahead = milliseconds),
    ring: () => ring?.(),
    isSet: () => ring !== null,
  };
}

const delay = typeOf("delay");

const HOUR = 3_600_000;

describe("a delay, when the clock is set", () => {
  let bench: Bench;
  let time: ReturnType<typeof clock>;
  beforeEach(async () => {
    time = clock();
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
