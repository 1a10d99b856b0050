import type { Json } from "../model/json.ts";
import type { StepEffects, StepRecord } from "../model/run.ts";
import type { RunState } from "./run-state.ts";

/** The effects of one attempt of a step on its run so far. Grows. */
export interface Effects {
  said?: string[];
  assigned?: Record<string, Json>;
  output?: Json;
  end?: NonNullable<StepEffects["end"]>;
  final?: true;
  retryable?: boolean;
  retryAfter?: number;
}

/** As the history keeps them; null when there are none. */
export const keptEffects = (effects: Effects): StepEffects | null =>
  Object.keys(effects).length === 0 ? null : effects;

/** Adds a message to the run. */
export function say(run: RunState, effects: Effects, message: string): void {
  run.messages.push(message);
  (effects.said ??= []).push(message);
}

/** Declares or assigns a variable. */
export function assign(run: RunState, effects: Effects, name: string, value: Json): void {
  run.vars[name] = value;
  effects.assigned ??= Object.create(null) as Record<string, Json>;
  effects.assigned[name] = value;
}

/** Sets the run's result. */
export function output(run: RunState, effects: Effects, value: Json): void {
  run.output = value;
  effects.output = value;
}

/** Repeats the recorded effects of a run's steps, in the order in which the steps ended. */
export function restore(run: RunState, records: readonly StepRecord[]): void {
  for (const { id, status, result, effects } of records) {
    const wentOn = status === "skipped" || (status === "succeeded" && effects?.end === undefined);
    if (id !== null && wentOn) run.results[id] = result;
    if (effects === null) continue;
    run.messages.push(...(effects.said ?? []));
    Object.assign(run.vars, effects.assigned);
    if (effects.output !== undefined) run.output = effects.output;
  }
}
