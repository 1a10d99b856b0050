import { Suspension } from "../model/step-error.ts";
import type { RunState } from "./run-state.ts";

/** How often it is looked for a child's end while other branches keep the run in its place, in milliseconds. */
const LOOK = 1_000;

/** How often the clock is looked at while a run waits in its place, in milliseconds: it may be set. */
const LOOK_AT_CLOCK = 30_000;

/** Milliseconds until a time that lies `most` of them ahead at the most: if it seems to lie further, the clock was set back. */
export const leftUntil = (time: Date, most: number | null, now: Date): number =>
  Math.min(time.getTime() - now.getTime(), most ?? Infinity);

/** Waits until a time: where runs are resumed, it throws a `Suspension` as soon as the run does nothing but wait. */
export async function suspendUntil(run: RunState, time: Date, signal: AbortSignal): Promise<void> {
  const left = () => time.getTime() - run.parts.now().getTime();
  signal.throwIfAborted();
  if (run.journal === null) {
    await run.sleep(left(), signal);
    signal.throwIfAborted();
    return;
  }
  while (left() > 0) {
    await hold(run, Math.min(left(), LOOK_AT_CLOCK), new Suspension(time), signal);
  }
}

/** Waits for a child a while: until it is worth another look. */
export const suspendForChild = (run: RunState, child: string, signal: AbortSignal): Promise<void> =>
  hold(run, LOOK, new Suspension(null, child), signal);

/** Begins nothing more in a run that is to be left: it is suspended when what its other branches have under way has ended. */
export async function suspendIfDraining(run: RunState, signal: AbortSignal): Promise<void> {
  if (run.journal?.draining() === true) {
    await hold(run, Infinity, new Suspension(run.parts.now()), signal);
  }
}

/** Takes no place any more when all of the run's branches wait. Until then, it wakes by itself. */
async function hold(
  run: RunState,
  milliseconds: number,
  suspension: Suspension,
  signal: AbortSignal,
): Promise<void> {
  const allWait = new AbortController();
  const suspend = () => allWait.abort();
  run.waiting.add(suspend);
  try {
    suspendIfAllWait(run);
    await run.sleep(milliseconds, AbortSignal.any([signal, allWait.signal]));
    signal.throwIfAborted();
    if (allWait.signal.aborted) throw suspension;
  } finally {
    run.waiting.delete(suspend);
  }
}

/** Lets a run go from which nothing more is to be expected now. */
function suspendIfAllWait({ waiting, walkers }: RunState): void {
  if (waiting.size < walkers) return;
  for (const suspend of waiting) suspend();
}

/** One branch of several is done. */
export function branchEnded(run: RunState): void {
  // Not at once: the step that holds the branches may give the others up because of it.
  setImmediate(() => {
    run.walkers--;
    suspendIfAllWait(run);
  });
}

/** The suspension, ended at a time if it would last longer. */
export function noLaterThan(time: Date, { until, child }: Suspension): Suspension {
  return new Suspension(until !== null && until < time ? until : time, child);
}
