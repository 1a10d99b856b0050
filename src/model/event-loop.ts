import { nextTick } from "node:process";

/** How long work may go on before others get their turn, in milliseconds. */
const LONGEST_SLICE = 10;

/** When the event loop last had its turn, as far as is known here. By the monotonic clock. */
let yieldedAt = -Infinity;

/** Work that waits for its turn, first come first. */
const waiting: (() => void)[] = [];

/**
 * Whether work on the serving thread has gone on for so long that others should get their turn before more of it is done.
 * All work shares one time, so that many pieces together hold other requests up no longer than one. Long work asks often:
 *
 *     if (isLong()) await yieldToEventLoop();
 */
export const isLong = (): boolean => performance.now() - yieldedAt > LONGEST_SLICE;

/** Resolves when requests and timers have had their turn. Then as much of the waiting work goes on as fits into a slice. */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    schedule();
  });
}

let isScheduled = false;

function schedule(): void {
  if (isScheduled) return;
  isScheduled = true;
  setImmediate(() => void goOn());
}

async function goOn(): Promise<void> {
  yieldedAt = performance.now();
  do {
    waiting.shift()?.();
    await workHalts();
  } while (waiting.length > 0 && !isLong());
  isScheduled = false;
  if (waiting.length > 0) schedule();
}

/** Resolves when the work that goes on now waits for something. */
const workHalts = (): Promise<void> => new Promise((resolve) => nextTick(resolve));
