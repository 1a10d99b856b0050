import { setTimeout as wait } from "node:timers/promises";

/** Waits so many milliseconds, or until the signal is aborted. Never rejects. */
export type Sleep = (milliseconds: number, signal: AbortSignal) => Promise<void>;

/** The longest time that a timer of Node can count, in milliseconds: 24 days. */
const LONGEST = 2 ** 31 - 1;

/** By the monotonic clock. */
export const sleep: Sleep = async (milliseconds, signal) => {
  for (let left = milliseconds; left > 0 && !signal.aborted; left -= LONGEST) {
    await wait(Math.min(left, LONGEST), undefined, { signal }).catch(() => undefined);
  }
};
