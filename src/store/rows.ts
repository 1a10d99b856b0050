import type { RunDetail, RunSummary, StepDetail } from "../model/history.ts";
import type { Json } from "../model/json.ts";
import type { RunEnd, RunStart, StepRecord } from "../model/run.ts";
import type { Redact } from "../model/secrets.ts";
import type { StepFailure } from "../model/step.ts";
import type { Workflow } from "../model/workflow.ts";

/** A row of `runs`. */
export interface RunRow {
  readonly id: string;
  readonly workflow: string;
  readonly definition: string;
  readonly trigger_type: string;
  readonly status: RunSummary["status"];
  readonly sync: 0 | 1;
  readonly context: string;
  readonly messages: string;
  readonly output: string;
  readonly error: string | null;
  readonly parent: string | null;
  readonly replay_of: string | null;
  readonly request_id: string | null;
  readonly trace_id: string | null;
  readonly started_at: string;
  readonly finished_at: string | null;
}

/** A row of `steps`. */
export interface StepRow {
  readonly run: string;
  readonly place: number;
  readonly path: string;
  readonly attempt: number;
  readonly id: string | null;
  readonly type: string;
  readonly status: StepRecord["status"];
  readonly input: string;
  readonly result: string;
  readonly error: string | null;
  readonly started_at: string;
  readonly duration_ms: number;
}

/** The columns of `runs`, in the order of `RunRow`. */
export const RUN_COLUMNS = [
  "id",
  "workflow",
  "definition",
  "trigger_type",
  "status",
  "sync",
  "context",
  "messages",
  "output",
  "error",
  "parent",
  "replay_of",
  "request_id",
  "trace_id",
  "started_at",
  "finished_at",
] as const satisfies readonly (keyof RunRow)[];

/** The columns of `steps`, in the order of `StepRow`. */
export const STEP_COLUMNS = [
  "run",
  "place",
  "path",
  "attempt",
  "id",
  "type",
  "status",
  "input",
  "result",
  "error",
  "started_at",
  "duration_ms",
] as const satisfies readonly (keyof StepRow)[];

/** JSON text fit to be kept: redacted, and a marker in its place when it is larger than may be. */
export type Keep = (value: Json) => string;

/** @param limit bytes that one value may have */
export function keeper(redact: Redact, limit: number): Keep {
  return (value) => {
    if (value === null) return "null";
    const text = JSON.stringify(redact(value));
    const bytes = text.length * 3 <= limit ? 0 : Buffer.byteLength(text);
    return bytes <= limit ? text : JSON.stringify({ truncated: true, bytes });
  };
}

/** The row of a run: as it begins when `end` is null, else as it ended. */
export function runRow(
  workflow: Workflow,
  start: RunStart,
  end: RunEnd | null,
  keep: Keep,
): RunRow {
  return {
    id: start.id,
    workflow: workflow.key,
    definition: workflow.definition.hash,
    trigger_type: workflow.trigger.type,
    status: end?.status ?? "running",
    sync: 1,
    context: keep(start.trigger),
    messages: keep(end?.messages ?? []),
    output: keep(end?.output ?? null),
    error: end?.error ? keep(end.error) : null,
    parent: null,
    replay_of: null,
    request_id: start.requestId,
    trace_id: start.traceId,
    started_at: start.startedAt.toISOString(),
    finished_at: end?.finishedAt.toISOString() ?? null,
  };
}

/** The row of one attempt of one step. */
export function stepRow(run: string, record: StepRecord, place: number, keep: Keep): StepRow {
  const { path, attempt, id, type, status, input, result, error, startedAt, durationMs } = record;
  return {
    run,
    place,
    path,
    attempt,
    id,
    type,
    status,
    input: keep(input),
    result: keep(result),
    error: error && keep(error),
    started_at: startedAt.toISOString(),
    duration_ms: durationMs,
  };
}

/** A run as a list shows it. */
export function summaryOf(row: RunRow): RunSummary {
  return {
    id: row.id,
    workflow: row.workflow,
    trigger: row.trigger_type,
    status: row.status,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    requestId: row.request_id,
    traceId: row.trace_id,
  };
}

/** A run as it is told alone. */
export function detailOf(row: RunRow, steps: readonly StepRow[], source: string): RunDetail {
  const { trigger: _type, ...summary } = summaryOf(row);
  return {
    ...summary,
    trigger: parse(row.context),
    steps: steps.map(stepOf),
    messages: parse(row.messages) as readonly string[],
    output: parse(row.output),
    error: row.error === null ? null : (parse(row.error) as StepFailure),
    definition: { hash: row.definition, source: parse(source) },
    parent: row.parent,
    replayOf: row.replay_of,
  };
}

function stepOf({ path, id, type, status, attempt, ...row }: StepRow): StepDetail {
  return {
    path,
    id,
    type,
    status,
    attempt,
    input: parse(row.input),
    result: parse(row.result),
    error: row.error === null ? null : (parse(row.error) as StepFailure),
    startedAt: row.started_at,
    durationMs: row.duration_ms,
  };
}

const parse = (text: string) => JSON.parse(text) as Json;
