import { yieldToEventLoop, isLong } from "../model/event-loop.ts";
import type { StepRecord } from "../model/run.ts";
import type { Branch, Outcome, Step } from "../model/step.ts";
import { Suspension } from "../model/step-error.ts";
import { NOTHING, type Walk, attempted } from "./attempt.ts";
import { recall, remember } from "./commit.ts";
import { failed, failedBefore, failureOf } from "./failure.ts";
import { suspendIfDraining, suspendUntil } from "./suspend.ts";
import { type Journal, isFinal } from "./journal.ts";
import { backoff, triesAgain } from "./retry.ts";
import type { Frame, RunState } from "./run-state.ts";

/** How long a run may keep its place between two attempts, in milliseconds. */
const LONGEST_NAP = 5_000;

/** Walks steps in order; the outcome is the last one's, or that of the step that ended the run. */
export const walkBranch: Walk = (run, branch, frame) => walkFrom(run, branch, frame, 0, NOTHING);

/**
 * Walks the steps from one on. Those that are done at once are walked in one go: a promise is made only where something
 * waits.
 */
function walkFrom(
  run: RunState,
  branch: Branch,
  frame: Frame,
  first: number,
  before: Outcome,
): Outcome | Promise<Outcome> {
  let last = before;
  // At the end as well: a loop may walk a branch without steps.
  for (let at = first; at <= branch.length; at++) {
    if (isLong()) return rested(run).then(() => walkFrom(run, branch, frame, at, last));
    const step = branch[at];
    if (step === undefined) break;
    frame.signal.throwIfAborted();
    const outcome = walkStep(run, step, frame);
    if (outcome instanceof Promise) {
      return outcome.then((ended) =>
        goesOn(run, step, ended) ? walkFrom(run, branch, frame, at + 1, ended) : ended,
      );
    }
    last = outcome;
    if (!goesOn(run, step, outcome)) break;
  }
  return last;
}

/** Whether the next step follows one. Keeps its result for it. */
function goesOn(run: RunState, { id }: Step, outcome: Outcome): boolean {
  if (outcome.go === "end") return false;
  if (id !== null) run.results[id] = outcome.result;
  return true;
}

/** An attempt that failed, and is not the last. */
interface Tried {
  readonly number: number;
  readonly error: unknown;
}

/** A step with its retries and its `onError`; or its recorded outcome. */
function walkStep(run: RunState, step: Step, frame: Frame): Outcome | Promise<Outcome> {
  const path = frame.prefix + step.name;
  if (run.journal !== null) return walkKept(run, run.journal, step, path, frame);
  return firstAttempt(run, step, path, frame);
}

/** A step of a run that is resumed: its recorded outcome, or the attempts that follow the recorded ones. */
async function walkKept(
  run: RunState,
  journal: Journal,
  step: Step,
  path: string,
  frame: Frame,
): Promise<Outcome> {
  const before = journal.last(path);
  if (before && isFinal(before)) return doneBefore(run, step, path, frame, before);
  if (run.replayed !== null) {
    await run.replayed;
    frame.signal.throwIfAborted();
  }
  if (before) {
    const tried = { number: before.attempt, error: failedBefore(before) };
    return furtherAttempts(run, step, path, frame, tried);
  }
  await suspendIfDraining(run, frame.signal);
  return firstAttempt(run, step, path, frame);
}

function firstAttempt(
  run: RunState,
  step: Step,
  path: string,
  frame: Frame,
): Outcome | Promise<Outcome> {
  const erred = (error: unknown) => {
    const tried = { number: 1, error };
    return mayTryAgain(run, step, path, frame, tried)
      ? furtherAttempts(run, step, path, frame, tried)
      : handled(run, step, path, frame, error);
  };
  try {
    const outcome = attempted(run, { step, path, frame, number: 1 }, walkBranch);
    return outcome instanceof Promise ? outcome.catch(erred) : outcome;
  } catch (error) {
    return erred(error);
  }
}

/** The attempts behind one that failed. */
async function furtherAttempts(
  run: RunState,
  step: Step,
  path: string,
  frame: Frame,
  first: Tried,
): Promise<Outcome> {
  for (let tried = first; ;) {
    await rest(run, step, path, frame, tried);
    if (frame.signal.aborted) return handled(run, step, path, frame, tried.error);
    await suspendIfDraining(run, frame.signal);
    const number = tried.number + 1;
    try {
      return await attempted(run, { step, path, frame, number }, walkBranch);
    } catch (error) {
      tried = { number, error };
      if (!mayTryAgain(run, step, path, frame, tried)) {
        return handled(run, step, path, frame, error);
      }
    }
  }
}

/** Whether another attempt follows: then what was recorded inside the step no longer counts. */
function mayTryAgain(
  run: RunState,
  { retry }: Step,
  path: string,
  { signal }: Frame,
  { number, error }: Tried,
): boolean {
  if (error instanceof Suspension && run.journal !== null) throw error;
  if (!triesAgain(retry, number, error, signal)) return false;
  run.journal?.startOver(path);
  return true;
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
  if (run.journal === null) return run.sleep(wait(), signal.signal);
  const place = { path, round: `${round}.${number}` };
  const known = recall(run, place, "retryAt");
  const left = wait();
  if (known === undefined && left <= LONGEST_NAP) return run.sleep(left, signal.signal);
  const from = run.parts.now().getTime();
  const at = remember(run, place, "retryAt", () => new Date(from + left).toISOString());
  try {
    await suspendUntil(run, new Date(at), signal);
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
  if (frame.signal.aborted || onError === "fail") throw failed(error, path, run.services.redact);
  if (onError === "continue") return NOTHING;
  const { message, code, step } = failureOf(error, path, run.services.redact);
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
