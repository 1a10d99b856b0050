import { type Scope, asBoolean } from "../model/expression.ts";
import type { Json } from "../model/json.ts";
import { type Branch, type Outcome, type Step, StepError } from "../model/step.ts";
import { contextOf } from "./context.ts";
import { Cut, type Deadline, deadline, untilAborted } from "./deadline.ts";
import { StepFailed, failureOf } from "./failure.ts";
import { inputOf } from "./input.ts";
import { type Ending, recording } from "./record.ts";
import { checkResult } from "./result.ts";
import type { Frame, RunState } from "./run-state.ts";

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

/** What a step comes to that was skipped, or whose failure was passed over. */
export const NOTHING: Outcome = { go: "on", result: null };

/** Does a step once, within its timeout, and tells of it. Its `if` is asked on the first attempt. */
export async function attempted(run: RunState, attempt: Attempt, walk: Walk): Promise<Outcome> {
  const { step, path, frame, number } = attempt;
  const tell = recording(run, step, path, number);
  const timer = step.timeout === null ? null : stepDeadline(frame.signal, step.timeout);
  let input: Json = null;
  let outcome: Outcome | null = null;
  try {
    if (number > 1 || wanted(step, frame.scope)) {
      const config = step.configure(frame.scope);
      if (run.watch !== undefined) input = inputOf(step, config);
      const watched = run.start.observe && step.type.acts && !step.type.looks(config);
      if (!watched) outcome = await done(run, attempt, config, timer?.signal ?? frame.signal, walk);
    }
  } catch (error) {
    const { thrown, status } = causeOf(error, frame.signal, timer?.signal, step);
    if (status !== null) await tell({ status, input, error: failureOf(thrown, path) });
    throw thrown;
  } finally {
    timer?.clear();
  }
  const told = tell(endingOf(outcome, input));
  if (told !== undefined) await told;
  return outcome ?? NOTHING;
}

const wanted = ({ if: test }: Step, scope: Scope): boolean =>
  test === null || asBoolean(test.evaluate(scope), test.source);

function endingOf(outcome: Outcome | null, input: Json): Ending {
  if (outcome === null) return { status: "skipped", input };
  const refused = outcome.go === "end" && outcome.refused === true;
  return { status: refused ? "failed" : "succeeded", input, result: outcome.result };
}

/** Runs the step with its configuration. */
function done(
  run: RunState,
  { step, path, frame }: Attempt,
  config: unknown,
  signal: AbortSignal,
  walk: Walk,
): Outcome | Promise<Outcome> {
  const inside = new Set<Promise<Outcome>>();
  const context = contextOf(run, path, frame.scope, signal, (branch, below) => {
    const walked = walk(run, branch, below);
    const settled = () => void inside.delete(walked);
    inside.add(walked);
    walked.then(settled, settled);
    return walked;
  });
  const { result: limit } = run.parts.limits;
  const checked = (outcome: Outcome): Outcome => {
    checkResult(outcome.result, limit);
    return outcome;
  };
  const running = step.type.run(config, context);
  return "go" in running ? checked(running) : untilAborted(running, signal, inside).then(checked);
}

/** The step's own time. What is inside it when that is over is canceled. */
const stepDeadline = (outer: AbortSignal, timeout: number): Deadline =>
  deadline(outer, timeout, {
    late: () => new Cut("CANCELED", `A step around it took longer than ${timeout} ms`),
    outer: () => outer.reason as Error,
  });

/** Why an attempt ended in an exception, whatever it threw when its signal was aborted; null when it is not to be told. */
function causeOf(
  error: unknown,
  outer: AbortSignal,
  own: AbortSignal | undefined,
  { timeout }: Step,
): { thrown: unknown; status: "errored" | "timed-out" | "canceled" | null } {
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
