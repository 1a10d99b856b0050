/** Rings in so many milliseconds, at most once. Gives what takes that back. */
export type Alarm = (milliseconds: number, ring: () => void) => () => void;

/** Rings at the time that it is set to, once. */
export interface Bell {
  /** Sets it to another time; null: to none. */
  set(time: Date | null): void;
  /** Sets it to a time that is earlier than the one that it is set to. */
  setBefore(time: Date | null): void;
}

/** How often the clock is looked at before a time comes, in milliseconds: it may be set, or the machine suspended. */
const LOOK_AT_CLOCK = 30_000;

/** A bell that may ring too early: when it is time to look at the clock again. */
export function bellOf(alarm: Alarm, now: () => Date, ring: () => void): Bell {
  let takeBack: (() => void) | null = null;
  let setTo = Infinity;
  const set = (time: Date | null) => {
    takeBack?.();
    takeBack = null;
    setTo = time?.getTime() ?? Infinity;
    if (time === null) return;
    const left = setTo - now().getTime();
    takeBack = alarm(Math.min(Math.max(0, left), LOOK_AT_CLOCK), () => {
      setTo = Infinity;
      ring();
    });
  };
  return {
    set,
    setBefore(time) {
      if (time !== null && time.getTime() < setTo) set(time);
    },
  };
}

/** By a timer of Node. */
export const timer: Alarm = (milliseconds, ring) => {
  const timeout = setTimeout(ring, milliseconds);
  return () => clearTimeout(timeout);
};
