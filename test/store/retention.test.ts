import { expect } from "chai";
import { leapWatch } from "../../src/store/retention.ts";

describe("a clock by which old runs are deleted", () => {
  const HOUR = 3_600_000;
  let wall = 0;
  let steady = 0;
  const watch = () =>
    leapWatch(
      () => new Date(wall),
      () => steady,
    );
  const pass = (milliseconds: number, leap = 0) => {
    steady += milliseconds;
    wall += milliseconds + leap;
  };

  it("is believed while it goes on as time does", () => {
    const hasLeapt = watch();
    for (let hour = 0; hour < 3; hour++) {
      pass(HOUR, 5_000);
      expect(hasLeapt()).to.equal(false);
    }
  });

  for (const [what, leap] of [
    ["forward", 40 * 24 * HOUR],
    ["back", -2 * HOUR],
  ] as const) {
    it(`that was set ${what} is believed an hour later, if it still says so`, () => {
      const hasLeapt = watch();
      pass(HOUR, leap);
      expect(hasLeapt()).to.equal(true);
      pass(HOUR);
      expect(hasLeapt()).to.equal(false);
    });
  }
});
