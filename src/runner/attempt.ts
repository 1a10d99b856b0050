import { asBoolean } from "../model/expression.ts";
import type { Json } from "../model/json.ts";
import type { StepRecord } from "../model/run.ts";
import type { Branch, Outcome, Step } from "../model/step.ts";
import { StepError, Suspension } from "../model/step-error.ts";
import { type NotePlace, recall, remember } from "./commit.ts";
import { type AttemptContext, contextOf } from "./context.ts";
import { Cut, untilAborted } from "./deadline.ts";
import { type Effects, keptEffects } from "./effects.ts";
import { StepFailed, failureOf } from "./failure.ts";
import { branchEnded } from "./suspend.ts";
import { inputOf } from "./input.ts";
import { type Ending, recording } from "./record.ts";
import { checkResult } from "./result.ts";
import { isRetryable, retryAfterOf, triesAgain } from "./retry.ts";
import type { Frame, RunState } from "./run-state.ts";
import { spendStep } from "./spending.ts";
import { stepClock } from "./step-clock.ts";

/** One attempt of one step. */
export interface Attempt {
  readonly step: Step;
  readonly path: string;
  readonly frame: Frame;
  /** From 1. */
  readonly number: number;
}

/** Walks a branch; handed in, since a step may hold branches. */
export type Walk = (run: RunState, branch: Branch, frame: Frame) => Promise<Outcome>;

/** The outcome of a step that was skipped, or whose failure was passed over. */
export const NOTHING: Outcome = { go: "on", result: null };

/** Does a step once, within its timeout, and records it. Its `if` is asked on the first attempt. */
export async function attempted(run: RunState, attempt: Attempt, walk: Walk): Promise<Outcome> {
  const { step, path, frame, number } = attempt;
  spendStep(run);
  frame.signal.throwIfAborted();
  const place = { path, round: run.journal === null ? "" : `${frame.round}.${number}` };
  const record = recording(run, step, path, number);
  const clock = step.timeout === null ? null : stepClock(run, step.timeout, place, frame.signal);
  const effects: Effects = {};
  let input: Json = null;
  let outcome: Outcome | null = null;
  try {
    const asked = number > 1 || wanted(run, step, place, frame);
    if (asked === true || (asked !== false && (await asked))) {
      const config = step.configure(frame.scope);
      if (run.watch !== undefined) input = inputOf(step, config);
      const watched = run.start.observe && step.type.acts && !step.type.isReadOnly(config);
      const signal = clock?.timer.signal ?? frame.signal;
      signal.throwIfAborted();
      const doing = { ...place, scope: frame.scope, signal, effects };
      if (!watched) outcome = await done(run, step, config, doing, walk);
    }
  } catch (error) {
    if (error instanceof Suspension && run.journal !== null) {
      if (step.if !== null) await remember(run, place, "if", () => true);
      throw clock === null ? error : await clock.suspended(error);
    }
    const { thrown, status } = causeOf(error, frame.signal, clock?.timer.signal, step);
    if (status !== null) {
      mark(effects, attempt, thrown);
      const failure = failureOf(thrown, path, run.parts.services.redact);
      await record({ status, input, error: failure, effects: keptEffects(effects) });
    }
    throw thrown;
  } finally {
    clock?.timer.clear();
  }
  const recorded = record(endingOf(outcome, input, effects));
  if (recorded !== undefined) await recorded;
  return outcome ?? NOTHING;
}

/** Whether the step's `if` lets it run. A step that acts, holds steps or has waited is not asked again. */
function wanted(
  run: RunState,
  { if: test, type, plain }: Step,
  place: NotePlace,
  { scope }: Frame,
): boolean | Promise<boolean> {
  if (test === null) return true;
  const ask = () => asBoolean(test.evaluate(scope), test.source);
  if (run.journal === null) return ask();
  if (recall(run, place, "if") === true) return true;
  const holds = ask();
  return holds && (type.acts || !plain) ? remember(run, place, "if", () => holds) : holds;
}

function endingOf(outcome: Outcome | null, input: Json, effects: Effects): Ending {
  if (outcome === null) return { status: "skipped", input };
  const { go, result } = outcome;
  if (go === "on") return { status: "succeeded", input, result, effects: keptEffects(effects) };
  const { status: ends, response = null, refused = false } = outcome;
  const status = refused ? "failed" : "succeeded";
  return { status, input, result, effects: { ...effects, end: { status: ends, response } } };
}

/** Notes on a failure whether and when to retry, so that a resumed run decides alike. */
function mark(effects: Effects, { step, number, frame }: Attempt, error: unknown): void {
  const { signal } = frame;
  if (!signal.aborted && !triesAgain(step.retry, number, error, signal)) effects.final = true;
  if (!isRetryable(error)) effects.retryable = false;
  const retryAfter = retryAfterOf(error);
  if (retryAfter !== null) effects.retryAfter = retryAfter;
}

/** Runs the step with its configuration. */
function done(
  run: RunState,
  { type }: Step,
  config: unknown,
  doing: AttemptContext,
  walk: Walk,
): Outcome | Promise<Outcome> {
  const inside = new Set<Promise<Outcome>>();
  const context = contextOf(run, doing, (branch, below) => {
    // The first walk takes the step's own place.
    if (inside.size > 0) run.activeBranches++;
    const walked = walk(run, branch, below);
    const settled = () => {
      inside.delete(walked);
      if (inside.size > 0) branchEnded(run);
    };
    inside.add(walked);
    walked.then(settled, settled);
    return walked;
  });
  const running = type.run(config, context);
  if ("go" in running) return keepable(run, running);
  return untilAborted(running, doing.signal, inside).then((outcome) => keepable(run, outcome));
}

/** The outcome as the run may see it. */
function keepable(run: RunState, outcome: Outcome): Outcome {
  checkResult(outcome.result, run.parts.limits.result);
  if (run.journal === null) return outcome;
  const result = run.redact(outcome.result);
  if (outcome.go === "on" || outcome.response === undefined) return { ...outcome, result };
  const { response } = outcome;
  return { ...outcome, result, response: { ...response, body: run.redact(response.body) } };
}

/** Why an attempt ended in an exception, whatever it threw when its signal was aborted; null when it is not to be told. */
function causeOf(
  error: unknown,
  outer: AbortSignal,
  own: AbortSignal | undefined,
  { timeout }: Step,
): { thrown: unknown; status: StepRecord["status"] | null } {
  if (outer.aborted) {
    const { reason } = outer as { reason: unknown };
    // An inner step that was cut with it is the one in flight: its path is told.
    const thrown = error instanceof StepFailed && error.cause === reason ? error : reason;
    return { thrown, status: reason instanceof Cut ? reason.status : null };
  }
  if (own?.aborted !== true) return { thrown: error, status: "errored" };
  const message = `The step took longer than its timeout of ${timeout} ms`;
  return { thrown: new StepError("STEP_TIMEOUT", message), status: "timed-out" };
}
