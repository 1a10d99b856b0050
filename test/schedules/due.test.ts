import { expect } from "chai";
import { MOST_MISSED, dueTimes } from "../../src/schedules/due.ts";

const SECOND = 1_000;
const at = (seconds: number) => new Date(seconds * SECOND);
const each = (seconds: number) => (time: Date) =>
  at((Math.floor(time.getTime() / SECOND / seconds) + 1) * seconds);
const due = (
  missed: "once" | "skip" | "all",
  from: number,
  since: number,
  now: number,
  every = 1,
) => dueTimes({ after: each(every), missed }, at(from), at(since), at(now));

describe("the times of a schedule that are due", () => {
  it("are all that came while it was looked at", () => {
    for (const missed of ["once", "skip", "all"] as const) {
      expect(due(missed, 7, 7, 9).times).to.deep.equal([at(8), at(9)]);
    }
  });

  it("are the last one of those that were missed, and those since: once", () => {
    expect(due("once", 0, 7, 9).times).to.deep.equal([at(7), at(8), at(9)]);
  });

  it("are none of those that were missed: skip", () => {
    expect(due("skip", 0, 7, 9).times).to.deep.equal([at(8), at(9)]);
  });

  it("are all that were missed, up to a bound: all", () => {
    expect(due("all", 0, 3, 3)).to.deep.equal({ times: [at(1), at(2), at(3)], bounded: false });
    const { times, bounded } = due("all", 0, 500, 501);
    expect([times.length, times[0], bounded]).to.deep.equal([MOST_MISSED + 1, at(401), true]);
  });

  it("are none that come later, or that are dealt with", () => {
    expect(due("all", 9, 5, 9).times).to.deep.equal([]);
    expect(due("all", 9, 5, 3).times).to.deep.equal([]);
  });

  it("are found at once after years in which a second was missed each second", () => {
    let asked = 0;
    const after = (time: Date) => (asked++, each(1)(time));
    const years = 10 * 365 * 86_400;
    dueTimes({ after, missed: "all" }, at(0), at(years), at(years));
    expect(asked).to.be.below(1_000);
  });
});
