import type { Scope } from "../model/expression.ts";
import type { Json } from "../model/json.ts";
import type { Redact } from "../model/secrets.ts";
import type { Branch, Outcome } from "../model/step.ts";
import type { BranchPlace, StepContext } from "../model/step-context.ts";
import { type NotePlace, remember } from "./commit.ts";
import { Cut, type Deadline, deadline } from "./deadline.ts";
import { type Effects, assign, output, say } from "./effects.ts";
import { suspendUntil } from "./suspend.ts";
import type { Frame, RunState } from "./run-state.ts";
import { runSubflow } from "./subflow.ts";

/** The attempt that a step's context is for. */
export interface AttemptContext extends NotePlace {
  readonly scope: Scope;
  readonly signal: AbortSignal;
  readonly effects: Effects;
}

/**
 * The abilities and the knowledge of a step during one attempt. Once its signal is aborted, it can no longer change the run.
 * @param walk walks a branch of it
 */
export function contextOf(
  run: RunState,
  doing: AttemptContext,
  walk: (branch: Branch, frame: Frame) => Promise<Outcome>,
): StepContext {
  const { start, parts } = run;
  const { path, scope, signal, effects } = doing;
  const seen = <T extends Json>(value: T, redact: Redact): T => {
    signal.throwIfAborted();
    return redact(value) as T;
  };
  return {
    scope,
    signal,
    path,
    run: start.id,
    idempotencyKey: `${start.id}:${path}`,
    now: parts.now,
    limits: parts.limits,
    remember: (name, decide) => {
      signal.throwIfAborted();
      return remember(run, doing, name, decide);
    },
    waitUntil: (time) => suspendUntil(run, time, signal),
    subflow: (key, input, wait) => runSubflow(run, doing, { key, input, wait }),
    request: start.request,
    response: start.response,
    caller: start.caller,
    propagatedHeaders: start.propagatedHeaders,
    services: parts.services,
    walk: (branch, place) => walkInside(doing, branch, place, walk),
    evaluate: (expression, names) => expression.evaluate(within(scope, names)),
    say: (message) => say(run, effects, seen(message, parts.services.redact)),
    assign: (name, value) => assign(run, effects, name, seen(value, run.redact)),
    output: (value) => output(run, effects, seen(value, run.redact)),
  };
}

function walkInside(
  { path, scope, signal, round }: AttemptContext,
  branch: Branch,
  { at, iteration, names, signal: own }: BranchPlace,
  walk: (branch: Branch, frame: Frame) => Promise<Outcome>,
): Promise<Outcome> {
  const prefix = iteration === undefined ? `${path}.${at}.` : `${path}[${iteration}].`;
  const frame = { prefix, scope: within(scope, names), round };
  if (own === undefined) return walk(branch, { ...frame, signal });
  const both = bothOf(signal, own);
  return walk(branch, { ...frame, signal: both.signal }).finally(both.clear);
}

const givenUp = () => new Cut("CANCELED", "The result of this branch is no longer needed");

/** Aborted with the step, or when its branch alone is given up. */
function bothOf(step: AbortSignal, own: AbortSignal): Deadline {
  const both = deadline(step, null, { late: givenUp, outer: () => step.reason as Error });
  if (own.aborted) both.abort(givenUp());
  else own.addEventListener("abort", () => both.abort(givenUp()), { once: true });
  return both;
}

const within = (scope: Scope, names: Readonly<Record<string, Json>> | undefined): Scope =>
  names === undefined ? scope : { ...scope, ...names };
