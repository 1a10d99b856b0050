import type { Suspension } from "../model/step-error.ts";
import { type NotePlace, recall, remember } from "./commit.ts";
import type { LazySignal } from "../model/lazy-signal.ts";
import { Cut, Deadline } from "./deadline.ts";
import { leftUntil, noLaterThan } from "./suspend.ts";
import type { RunState } from "./run-state.ts";

/** The time that one attempt of a step has. */
export interface StepClock {
  readonly timer: Deadline;
  /** Keeps when the attempt began, so that the time goes on counting while the run waits, and ends the wait with it. */
  readonly suspended: (suspension: Suspension) => Suspension;
}

/**
 * Starts a step's own time, or goes on counting it. When it is over, the steps inside this one are canceled.
 * @param timeout milliseconds
 */
export function stepClock(
  run: RunState,
  timeout: number,
  place: NotePlace,
  outer: LazySignal,
): StepClock {
  const noted = recall(run, place, "began");
  const now = run.parts.now();
  const began = typeof noted === "string" ? new Date(noted) : now;
  const left = leftUntil(new Date(began.getTime() + timeout), timeout, now);
  const timer = new Deadline(outer, left, {
    late: () => new Cut("CANCELED", `A step around it took longer than ${timeout} ms`),
    outer: () => outer.reason as Error,
  });
  return {
    timer,
    suspended(suspension) {
      remember(run, place, "began", () => began.toISOString());
      return noLaterThan(new Date(began.getTime() + timeout), suspension);
    },
  };
}
