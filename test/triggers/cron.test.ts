import { expect } from "chai";
import { date, property } from "fast-check";
import { timesAfter } from "../../src/model/schedule.ts";
import { cronTimes } from "../../src/triggers/cron.ts";
import { itHolds } from "../support/property.ts";

describe("a cron expression", () => {
  it("means the local time of its zone, summer and winter", () => {
    expect(next("0 3 * * 1-5", "2026-03-27T00:00:00Z", 3)).to.deep.equal([
      "2026-03-27T02:00:00.000Z",
      "2026-03-30T01:00:00.000Z",
      "2026-03-31T01:00:00.000Z",
    ]);
  });

  it("may have seconds before its minutes, and may be @daily", () => {
    expect(next("*/20 0 3 * * *", "2026-01-01T02:00:00Z", 2, "UTC")).to.deep.equal([
      "2026-01-01T03:00:00.000Z",
      "2026-01-01T03:00:20.000Z",
    ]);
    expect(next("@daily", "2026-01-01T02:00:00Z", 1, "UTC")).to.deep.equal([
      "2026-01-02T00:00:00.000Z",
    ]);
  });

  for (const expression of ["30 2 * * *", "0,30 2 * * *", "*/10 2 * * *"]) {
    it(`of a local time that does not exist, comes once when the gap is over: ${expression}`, () => {
      const times = next(expression, "2026-03-28T23:00:00Z", 2);
      expect(times[0]).to.equal("2026-03-29T01:00:00.000Z");
      expect(times[1]).to.match(/^2026-03-30T00:/);
    });
  }

  it("of a local time that exists twice, comes once, the first time", () => {
    expect(next("0,30 2 * * *", "2026-10-24T22:00:00Z", 3)).to.deep.equal([
      "2026-10-25T00:00:00.000Z",
      "2026-10-25T00:30:00.000Z",
      "2026-10-26T01:00:00.000Z",
    ]);
    expect(next("30 2 * * *", "2026-10-25T00:45:00Z", 1)).to.deep.equal([
      "2026-10-26T01:30:00.000Z",
    ]);
  });

  it("that shares the end of the gap with a time of its own, comes once", () => {
    expect(next("0 2,3 * * *", "2026-03-28T23:00:00Z", 2)).to.deep.equal([
      "2026-03-29T01:00:00.000Z",
      "2026-03-30T00:00:00.000Z",
    ]);
  });

  itHolds(
    "comes later each time, wherever it is asked from",
    property(
      date({ min: new Date("2025-01-01"), max: new Date("2027-01-01"), noInvalidDate: true }),
      (from) => {
        for (const zone of ["Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "UTC"]) {
          let before = from.toISOString();
          for (const time of next("17,43 */2 * * *", before, 3, zone)) {
            expect(time > before).to.equal(true);
            before = time;
          }
        }
      },
    ),
    { runs: 200 },
  );

  for (const [expression, problem] of [
    ["0 3 * *", /is not a cron expression; write minute, hour/],
    ["61 3 * * *", /is not a cron expression: Invalid value for minute: 61; write/],
    ["2026-01-01T00:00:00Z", /is not a cron expression/],
    ["", /is not a cron expression/],
    ["0 0 30 2 *", /never comes/],
  ] as const) {
    it(`is refused where it is none, or never comes: "${expression}"`, () => {
      expect(cronTimes(expression, "UTC")).to.match(problem);
    });
  }
});

/** The next times of an expression, as ISO 8601. */
function next(expression: string, from: string, most: number, zone = "Europe/Berlin"): string[] {
  const after = cronTimes(expression, zone);
  if (typeof after === "string") throw new Error(after);
  const times: string[] = [];
  for (const time of timesAfter(new Date(from), { after })) {
    if (times.push(time.toISOString()) === most) break;
  }
  return times;
}
