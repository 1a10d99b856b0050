import { yieldToEventLoop, isLong } from "../model/event-loop.ts";
import type { StepRecord } from "../model/run.ts";
import type { Outcome, Step } from "../model/step.ts";
import { Suspension } from "../model/step-error.ts";
import { NOTHING, type Walk, attempted } from "./attempt.ts";
import { recall, remember } from "./commit.ts";
import { failed, failedBefore, failureOf } from "./failure.ts";
import { suspendIfDraining, suspendUntil } from "./suspend.ts";
import { isFinal } from "./journal.ts";
import { backoff, triesAgain } from "./retry.ts";
import type { Frame, RunState } from "./run-state.ts";

/** How long a run may keep its place between two attempts, in milliseconds. */
const LONGEST_NAP = 5_000;

/** Walks steps in order; the outcome is the last one's, or that of the step that ended the run. */
export const walkBranch: Walk = async (run, branch, frame) => {
  let last = NOTHING;
  // Before the first as well: a loop may walk a branch without steps.
  if (isLong()) await rested(run);
  for (const step of branch) {
    if (isLong()) await rested(run);
    frame.signal.throwIfAborted();
    last = await walkStep(run, step, frame);
    if (last.go === "end") return last;
    if (step.id !== null) run.results[step.id] = last.result;
  }
  return last;
};

/** An attempt that failed, and is not the last. */
interface Tried {
  readonly number: number;
  readonly error: unknown;
}

/** A step with its retries and its `onError`; or its recorded outcome. */
async function walkStep(run: RunState, step: Step, frame: Frame): Promise<Outcome> {
  const path = frame.prefix + step.name;
  const before = run.journal?.last(path);
  if (before && isFinal(before)) return doneBefore(run, step, path, frame, before);
  if (run.replayed !== null) {
    await run.replayed;
    frame.signal.throwIfAborted();
  }
  let tried: Tried | null = before ? { number: before.attempt, error: failedBefore(before) } : null;
  for (;;) {
    if (tried !== null) await rest(run, step, path, frame, tried);
    if (tried !== null && frame.signal.aborted) {
      return handled(run, step, path, frame, tried.error);
    }
    if (run.journal !== null) await suspendIfDraining(run, frame.signal);
    const number: number = (tried?.number ?? 0) + 1;
    try {
      return await attempted(run, { step, path, frame, number }, walkBranch);
    } catch (error) {
      if (error instanceof Suspension && run.journal !== null) throw error;
      if (!triesAgain(step.retry, number, error, frame.signal)) {
        return handled(run, step, path, frame, error);
      }
      run.journal?.startOver(path);
      tried = { number, error };
    }
  }
}

/** The outcome that a step's last record tells. */
function doneBefore(
  run: RunState,
  step: Step,
  path: string,
  frame: Frame,
  record: StepRecord,
): Outcome | Promise<Outcome> {
  const { status, result, effects } = record;
  if (effects?.end !== undefined) {
    const { status: ends, response } = effects.end;
    return { go: "end", status: ends, result, ...(response && { response }) };
  }
  if (status === "succeeded" || status === "skipped") return { go: "on", result };
  return handled(run, step, path, frame, failedBefore(record));
}

/** Waits between two attempts. */
async function rest(
  run: RunState,
  { retry }: Step,
  path: string,
  { round, signal }: Frame,
  { number, error }: Tried,
): Promise<void> {
  const wait = () => backoff(retry, number, error, run.parts.random);
  if (run.journal === null) return run.sleep(wait(), signal);
  const place = { path, round: `${round}.${number}` };
  const known = recall(run, place, "retryAt");
  const left = wait();
  if (known === undefined && left <= LONGEST_NAP) return run.sleep(left, signal);
  const from = run.parts.now().getTime();
  const at = remember(run, place, "retryAt", () => new Date(from + left).toISOString());
  try {
    await suspendUntil(run, new Date(await at), signal);
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
  }
}

/** The outcome of a step that failed for good. */
async function handled(
  run: RunState,
  { onError }: Step,
  path: string,
  frame: Frame,
  error: unknown,
): Promise<Outcome> {
  if (frame.signal.aborted || onError === "fail")
    throw failed(error, path, run.parts.services.redact);
  if (onError === "continue") return NOTHING;
  const { message, code, step } = failureOf(error, path, run.parts.services.redact);
  const scope = { ...frame.scope, error: { message, code, step } };
  const outcome = await walkBranch(run, onError, { ...frame, prefix: `${path}.onError.`, scope });
  return outcome.go === "end" ? outcome : NOTHING;
}

/** Steps that wait for nothing would keep timers and other requests waiting. */
async function rested(run: RunState): Promise<void> {
  run.yielding++;
  await yieldToEventLoop();
  run.yielding--;
}
