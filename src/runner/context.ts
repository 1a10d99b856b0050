import type { Scope } from "../model/expression.ts";
import type { Json } from "../model/json.ts";
import type { Branch, Outcome, StepContext } from "../model/step.ts";
import type { Frame, RunState } from "./run-state.ts";

/**
 * What the step at a path may do and know. Once its signal is aborted, it can change nothing of the run any more.
 * @param walk walks a branch of it
 */
export function contextOf(
  run: RunState,
  path: string,
  scope: Scope,
  signal: AbortSignal,
  walk: (branch: Branch, frame: Frame) => Promise<Outcome>,
): StepContext {
  const { start, parts, messages, vars } = run;
  return {
    scope,
    signal,
    path,
    run: start.id,
    idempotencyKey: `${start.id}:${path}`,
    now: parts.now,
    limits: parts.limits,
    output: (value) => {
      signal.throwIfAborted();
      run.output = value;
    },
    remember: (_name, decide) => decide(),
    waitUntil: async (time) => {
      await run.sleep(time.getTime() - parts.now().getTime(), signal);
      signal.throwIfAborted();
    },
    subflow: () => Promise.reject(new Error("not built")),
    request: start.request,
    response: start.response,
    caller: start.caller,
    outgoing: start.outgoing,
    services: parts.services,
    walk: (branch, { at, turn, names }) => {
      const prefix = turn === undefined ? `${path}.${at}.` : `${path}[${turn}].`;
      return walk(branch, { prefix, scope: within(scope, names), signal });
    },
    evaluate: (expression, names) => expression.evaluate(within(scope, names)),
    say: (message) => {
      signal.throwIfAborted();
      messages.push(message);
    },
    assign: (name, value) => {
      signal.throwIfAborted();
      vars[name] = value;
    },
  };
}

const within = (scope: Scope, names: Readonly<Record<string, Json>> | undefined): Scope =>
  names === undefined ? scope : { ...scope, ...names };
