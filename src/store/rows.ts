import type { RunEnd, RunStart, RunStatus, StepRecord } from "../model/run.ts";
import { traceIdOf } from "../model/trace.ts";
import type { Workflow } from "../model/workflow.ts";
import type { Keep } from "./keep.ts";

/** A row of `runs`. */
export interface RunRow {
  readonly id: string;
  readonly workflow: string;
  readonly definition: string;
  readonly trigger_type: string;
  readonly status: RunStatus;
  readonly sync: 0 | 1;
  readonly parent: string | null;
  readonly replay_of: string | null;
  readonly request_id: string | null;
  readonly trace_id: string | null;
  readonly started_at: string;
  readonly finished_at: string | null;
  readonly messages: string;
  readonly error: string | null;
  readonly output: string;
  readonly context: string;
}

/** What a run's end changes of its row. */
export type EndRow = Pick<
  RunRow,
  "id" | "status" | "finished_at" | "messages" | "error" | "output"
>;

/** A row of `steps`. */
export interface StepRow {
  readonly run: string;
  readonly place: number;
  readonly path: string;
  readonly attempt: number;
  readonly id: string | null;
  readonly type: string;
  readonly status: StepRecord["status"];
  readonly started_at: string;
  readonly duration_ms: number;
  readonly error: string | null;
  readonly input: string;
  readonly result: string;
}

/** The row of a run that begins. */
export function runRow(workflow: Workflow, start: RunStart, keep: Keep): RunRow {
  return {
    id: start.id,
    workflow: workflow.key,
    definition: workflow.definition.hash,
    trigger_type: workflow.trigger.type,
    status: "running",
    sync: 1,
    parent: start.parent,
    replay_of: null,
    request_id: start.requestId,
    trace_id: start.traceparent && traceIdOf(start.traceparent),
    started_at: start.startedAt.toISOString(),
    finished_at: null,
    messages: "[]",
    error: null,
    output: "null",
    context: keep(start.trigger),
  };
}

/** What the end of a run makes of its row. */
export function endRow(end: RunEnd, keep: Keep): EndRow {
  return {
    id: end.id,
    status: end.status,
    finished_at: end.finishedAt.toISOString(),
    messages: keep(end.messages),
    error: end.error && keep(end.error),
    output: keep(end.output),
  };
}

/** The rows of a run's steps, in the order in which they ended. */
export function stepRows(run: string, records: readonly StepRecord[], keep: Keep): StepRow[] {
  return records.map((record, place) => ({
    run,
    place,
    path: record.path,
    attempt: record.attempt,
    id: record.id,
    type: record.type,
    status: record.status,
    started_at: record.startedAt.toISOString(),
    duration_ms: record.durationMs,
    error: record.error && keep(record.error),
    input: keep(record.input),
    result: keep(record.result),
  }));
}
