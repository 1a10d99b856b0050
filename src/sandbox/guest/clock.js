// @ts-check
// Runs inside the sandbox before all else: the time stands still, and random numbers follow from a seed, so that another
// attempt comes to the same result.

const clock = { at: 0 };
let state = 0;

/** @param {number} at milliseconds since 1970 @param {number} seed an integer of 32 bits */
export async function decide(at, seed) {
  clock.at = at;
  state = seed;
}

const RealDate = Date;
/** @type {DateConstructor} */
const StandingDate = new Proxy(RealDate, {
  apply: () => new RealDate(clock.at).toString(),
  construct: (date, args, made) =>
    Reflect.construct(
      date,
      args.length === 0 ? [clock.at] : args,
      made === StandingDate ? date : made,
    ),
});
RealDate.now = () => clock.at;
RealDate.prototype.constructor = StandingDate;
Object.assign(globalThis, { Date: StandingDate });

// Mulberry32: a generator of 32 bits by Tommy Ettinger, in the public domain.
Math.random = () => {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
};

Reflect.deleteProperty(globalThis, "performance");
