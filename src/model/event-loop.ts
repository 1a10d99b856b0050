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

/** Resolves when requests and timers have had their turn. One at a time, so that each has its own. */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => {
    if (waiting.push(resolve) === 1) setImmediate(next);
  });
}

function next(): void {
  yieldedAt = performance.now();
  waiting.shift()?.();
  if (waiting.length > 0) setImmediate(next);
}
