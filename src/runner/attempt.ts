import { asBoolean } from "../model/expression.ts";
import type { Json } from "../model/json.ts";
import type { LazySignal } from "../model/lazy-signal.ts";
import type { StepRecord } from "../model/run.ts";
import type { Branch, Outcome, Step } from "../model/step.ts";
import { StepError, Suspension } from "../model/step-error.ts";
import { type NotePlace, committed, recall, remember } from "./commit.ts";
import { type AttemptContext, contextOf } from "./context.ts";
import { deciding } from "./decided.ts";
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

/** Walks a branch; handed in, since a step may hold branches. What is done at once gives or throws at once. */
export type Walk = (run: RunState, branch: Branch, frame: Frame) => Outcome | Promise<Outcome>;

/** The outcome of a step that was skipped, or whose failure was passed over. */
export const NOTHING: Outcome = { go: "on", result: null };

/** What is known of an attempt that is under way. */
interface Underway {
  input: Json;
  readonly effects: Effects;
}

/**
 * Does a step once, within its timeout, and records it. Its `if` is asked on the first attempt. A step that is done at once
 * is recorded at once.
 */
export function attempted(run: RunState, attempt: Attempt, walk: Walk): Outcome | Promise<Outcome> {
  const { step, path, frame, number } = attempt;
  spendStep(run);
  frame.signal.throwIfAborted();
  const place = { path, round: run.journal === null ? "" : `${frame.round}.${number}` };
  const record = recording(run, step, path, number);
  const clock = step.timeout === null ? null : stepClock(run, step.timeout, place, frame.signal);
  const underway: Underway = { input: null, effects: {} };
  const scope = deciding(run, frame.scope, path);

  const perform = (): Outcome | null | Promise<Outcome | null> => {
    const config = step.configure(scope);
    if (run.watch !== undefined) underway.input = inputOf(step, config);
    const acts = step.type.acts && !step.type.isReadOnly(config);
    const timer = clock?.timer ?? null;
    const signal = timer ?? frame.signal;
    const { effects } = underway;
    const begin = () => {
      signal.throwIfAborted();
      if (run.start.observe && acts) return null;
      return done(run, step, config, { ...place, scope, signal, timer, effects, acts }, walk);
    };
    // What it does can't be taken back, so all that led to it must be there after a crash.
    return acts && run.uncommitted !== null ? committed(run).then(begin) : begin();
  };
  const ended = (outcome: Outcome | null): Outcome | Promise<Outcome> => {
    clock?.timer.clear();
    const recorded = record(endingOf(outcome, underway));
    const left = outcome ?? NOTHING;
    return recorded === undefined ? left : recorded.then(() => left);
  };
  const erred = async (error: unknown): Promise<never> => {
    if (error instanceof Suspension && run.journal !== null) {
      if (step.if !== null) remember(run, place, "if", () => true);
      clock?.timer.clear();
      throw clock === null ? error : clock.suspended(error);
    }
    const { thrown, status } = causeOf(error, frame.signal, clock?.timer, step);
    clock?.timer.clear();
    if (status !== null) {
      const { input, effects } = underway;
      mark(effects, attempt, thrown);
      const failure = failureOf(thrown, path, run.services.redact);
      await record({ status, input, error: failure, effects: keptEffects(effects) });
    }
    throw thrown;
  };

  let outcome: Outcome | null | Promise<Outcome | null>;
  try {
    outcome = number > 1 || wanted(run, step, place, frame) ? around(run, attempt, perform) : null;
  } catch (error) {
    return erred(error);
  }
  return outcome instanceof Promise ? outcome.then(ended, erred) : ended(outcome);
}

/** Performs an attempt, within whatever goes around each. */
function around<T>(
  { parts: { aroundStep = null }, start }: RunState,
  { step, path, number }: Attempt,
  perform: () => T | Promise<T>,
): T | Promise<T> {
  if (aroundStep === null) return perform();
  return aroundStep({ run: start.id, path, type: step.type.type, number }, perform);
}

/** Whether the step's `if` lets it run. A step that acts, holds steps or has waited is not asked again. */
function wanted(
  run: RunState,
  { if: test, type, plain }: Step,
  place: NotePlace,
  { scope }: Frame,
): boolean {
  if (test === null) return true;
  const ask = () => asBoolean(test.evaluate(deciding(run, scope, `${place.path}.if`)), test.source);
  if (run.journal === null) return ask();
  if (recall(run, place, "if") === true) return true;
  const holds = ask();
  return holds && (type.acts || !plain) ? remember(run, place, "if", () => holds) : holds;
}

function endingOf(outcome: Outcome | null, { input, effects }: Underway): Ending {
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
  /** The walks of its branches that something waits for: most steps have none. */
  let inside: Set<Promise<Outcome>> | null = null;
  const context = contextOf(run, doing, (branch, below) => {
    const walked = walk(run, branch, below);
    if (!(walked instanceof Promise)) return walked;
    const walks = (inside ??= new Set());
    // The first walk takes the step's own place.
    if (walks.size > 0) run.activeBranches++;
    const settled = () => {
      walks.delete(walked);
      if (walks.size > 0) branchEnded(run);
    };
    walks.add(walked);
    walked.then(settled, settled);
    return walked;
  });
  const running = type.run(config, context);
  if ("go" in running) return keepable(run, running);
  return untilAborted(running, doing.signal, () => inside ?? []).then((outcome) =>
    keepable(run, outcome),
  );
}

/** The outcome, whose result can be kept. */
function keepable(run: RunState, outcome: Outcome): Outcome {
  checkResult(outcome.result, run.parts.limits.result);
  return outcome;
}

/** Why an attempt ended in an exception, whatever it threw when its signal was aborted; null when it is not to be told. */
function causeOf(
  error: unknown,
  outer: LazySignal,
  own: LazySignal | undefined,
  { timeout }: Step,
): { thrown: unknown; status: StepRecord["status"] | null } {
  if (outer.aborted) {
    const { reason } = outer;
    // An inner step that was cut with it is the one in flight: its path is told.
    const thrown = error instanceof StepFailed && error.cause === reason ? error : reason;
    return { thrown, status: reason instanceof Cut ? reason.status : null };
  }
  if (own?.aborted !== true) return { thrown: error, status: "errored" };
  const message = `The step took longer than its timeout of ${timeout} ms`;
  return { thrown: new StepError("STEP_TIMEOUT", message), status: "timed-out" };
}
