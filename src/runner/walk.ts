import { setImmediate as turn } from "node:timers/promises";
import type { Outcome, Step } from "../model/step.ts";
import { NOTHING, type Walk, attempted } from "./attempt.ts";
import { failed, failureOf } from "./failure.ts";
import { backoff, isRetryable } from "./retry.ts";
import type { Frame, RunState } from "./run-state.ts";

/** How long steps may follow each other, in milliseconds, before others get their turn. */
const BREATH = 10;

/** Walks steps in order; the outcome is the last one's, or that of the step that ended the run. */
export const walkBranch: Walk = async (run, branch, frame) => {
  let last = NOTHING;
  for (const step of branch) {
    if (performance.now() - run.breathed > BREATH) await breathe(run);
    frame.signal.throwIfAborted();
    last = await walkStep(run, step, frame);
    if (last.go === "end") return last;
    if (step.id !== null) run.results[step.id] = last.result;
  }
  return last;
};

/** A step with its retries and its `onError`. */
async function walkStep(run: RunState, step: Step, frame: Frame): Promise<Outcome> {
  const path = frame.prefix + step.name;
  for (let number = 1; ; number++) {
    try {
      return await attempted(run, { step, path, frame, number }, walkBranch);
    } catch (error) {
      const again = number < step.retry.attempts && isRetryable(error) && !frame.signal.aborted;
      if (again)
        await run.sleep(backoff(step.retry, number, error, run.parts.random), frame.signal);
      if (!again || frame.signal.aborted) return handled(run, step, path, frame, error);
    }
  }
}

/** What a step comes to that failed for good. */
async function handled(
  run: RunState,
  { onError }: Step,
  path: string,
  frame: Frame,
  error: unknown,
): Promise<Outcome> {
  if (frame.signal.aborted || onError === "fail") throw failed(error, path);
  if (onError === "continue") return NOTHING;
  const scope = { ...frame.scope, error: failureOf(error, path) };
  const outcome = await walkBranch(run, onError, { ...frame, prefix: `${path}.onError.`, scope });
  return outcome.go === "end" ? outcome : NOTHING;
}

/** Steps that wait for nothing would keep timers and other requests waiting. */
async function breathe(run: RunState): Promise<void> {
  await turn();
  run.breathed = performance.now();
}
