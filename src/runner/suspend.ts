import type { LazySignal } from "../model/lazy-signal.ts";
import { Suspension } from "../model/step-error.ts";
import type { RunState } from "./run-state.ts";

/** The poll interval for a child's end while other branches still work, in milliseconds. */
const LOOK = 1_000;

/** How often the clock is read while a run waits and holds its slot, in milliseconds: somebody may set the clock. */
const LOOK_AT_CLOCK = 30_000;

/** Milliseconds until a time that lies `most` of them ahead at the most: if it seems to lie further, the clock was set back. */
export const leftUntil = (time: Date, most: number | null, now: Date): number =>
  Math.min(time.getTime() - now.getTime(), most ?? Infinity);

/** Waits until a time: where runs are resumed, it throws a `Suspension` as soon as all the run does is wait. */
export async function suspendUntil(run: RunState, time: Date, signal: LazySignal): Promise<void> {
  const left = () => time.getTime() - run.parts.now().getTime();
  signal.throwIfAborted();
  if (run.journal === null) {
    await run.sleep(left(), signal.signal);
    signal.throwIfAborted();
    return;
  }
  while (left() > 0) {
    await wait(run, Math.min(left(), LOOK_AT_CLOCK), new Suspension(time), signal);
  }
}

/** Waits for a child a while: until it is worth another look. */
export const suspendForChild = (run: RunState, child: string, signal: LazySignal): Promise<void> =>
  wait(run, LOOK, new Suspension(null, child), signal);

/** Begins no further step in a run that is draining. The run is suspended when the steps in flight have ended. */
export async function suspendIfDraining(run: RunState, signal: LazySignal): Promise<void> {
  if (run.journal?.draining() === true) {
    await wait(run, Infinity, new Suspension(run.parts.now()), signal);
  }
}

/** Suspends the run once all its branches wait. Until then, only this branch sleeps. */
async function wait(
  run: RunState,
  milliseconds: number,
  suspension: Suspension,
  signal: LazySignal,
): Promise<void> {
  const allWait = new AbortController();
  const suspend = () => allWait.abort();
  run.waiting.add(suspend);
  try {
    suspendIfAllWait(run);
    await run.sleep(milliseconds, AbortSignal.any([signal.signal, allWait.signal]));
    signal.throwIfAborted();
    if (allWait.signal.aborted) throw suspension;
  } finally {
    run.waiting.delete(suspend);
  }
}

/** Wakes all branches, so that they end in their suspensions, when no branch works any more. */
function suspendIfAllWait({ waiting, activeBranches }: RunState): void {
  if (waiting.size < activeBranches) return;
  for (const suspend of waiting) suspend();
}

/** One branch of several is done. */
export function branchEnded(run: RunState): void {
  // Not at once: the step that holds the branches may give the others up because of it.
  setImmediate(() => {
    run.activeBranches--;
    suspendIfAllWait(run);
  });
}

/** The suspension, ended at a time if it would last longer. */
export function noLaterThan(time: Date, { until, child }: Suspension): Suspension {
  return new Suspension(until !== null && until < time ? until : time, child);
}
