import type { Json } from "../model/json.ts";
import type { StepRecord } from "../model/run.ts";
import type { Step } from "../model/step.ts";
import { commit } from "./commit.ts";
import { spendRow } from "./spending.ts";
import type { RunState } from "./run-state.ts";

/** How an attempt ended; absent fields are null. */
export type Ending = Pick<StepRecord, "status"> &
  Partial<Pick<StepRecord, "input" | "result" | "error" | "effects">>;

/** Records how an attempt ended, which began when this was made. */
export type RecordEnding = (ending: Ending) => void | Promise<void>;

/** Starts the clock of one attempt. */
export function recording(run: RunState, step: Step, path: string, attempt: number): RecordEnding {
  const { watch } = run;
  if (watch === undefined) return nothing;
  const startedAt = run.parts.now();
  const began = performance.now();
  return (ending) => {
    const durationMs = Math.round((performance.now() - began) * 1_000) / 1_000;
    const { id, type } = step;
    const { status, input = null, result = null, error = null, effects = null } = ending;
    spendRow(run, [result, error, effects as Json], [input]);
    const record: StepRecord = {
      path,
      id,
      type: type.type,
      status,
      attempt,
      input,
      result,
      error,
      startedAt,
      durationMs,
      effects,
    };
    return commit(run, () => watch.step(record));
  };
}

const nothing: RecordEnding = () => undefined;
