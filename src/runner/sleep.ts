import { setTimeout as wait } from "node:timers/promises";

/** Waits so many milliseconds, or until the signal is aborted. Never rejects. */
export type Sleep = (milliseconds: number, signal: AbortSignal) => Promise<void>;

/** What a timer of Node can count: 24 days. */
const LONGEST = 2 ** 31 - 1;

/** By the clock. A longer wait than a timer can count is cut to that. */
export const sleep: Sleep = (milliseconds, signal) =>
  wait(Math.min(milliseconds, LONGEST), undefined, { signal }).catch(() => undefined);
