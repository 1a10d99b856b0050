import type { RunDetail, RunSummary, StepDetail } from "../model/history.ts";
import type { Json } from "../model/json.ts";
import type { Redact } from "../model/secrets.ts";
import type { StepFailure } from "../model/step.ts";
import type { RunRow, StepRow } from "./rows.ts";

/** The columns that a list needs: the short ones. */
export const SUMMARY_COLUMNS = [
  "id",
  "workflow",
  "trigger_type",
  "status",
  "started_at",
  "finished_at",
  "request_id",
  "trace_id",
] as const satisfies readonly (keyof RunRow)[];

/** The part of a row that they are. */
export type SummaryRow = Pick<RunRow, (typeof SUMMARY_COLUMNS)[number]>;

/** A run as a list shows it. */
export function summaryOf(row: SummaryRow): RunSummary {
  return { ...factsOf(row), trigger: row.trigger_type };
}

/**
 * A run as it is told alone.
 * @param source its definition as it was written; what is secret in it is not told
 */
export function detailOf(
  row: RunRow,
  steps: readonly StepRow[],
  source: string,
  redact: Redact,
): RunDetail {
  return {
    ...factsOf(row),
    trigger: parse(row.context),
    steps: steps.map(stepOf),
    // Over the limit it is a marker, and no list.
    messages: [parse(row.messages)].flat() as readonly string[],
    output: parse(row.output),
    error: failureOf(row.error),
    definition: { hash: row.definition, source: redact(parse(source)) },
    parent: row.parent,
    replayOf: row.replay_of,
  };
}

function factsOf(row: SummaryRow): Omit<RunSummary, "trigger"> {
  return {
    id: row.id,
    workflow: row.workflow,
    status: row.status,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    requestId: row.request_id,
    traceId: row.trace_id,
  };
}

function stepOf(row: StepRow): StepDetail {
  return {
    path: row.path,
    id: row.id,
    type: row.type,
    status: row.status,
    attempt: row.attempt,
    input: parse(row.input),
    result: parse(row.result),
    error: failureOf(row.error),
    startedAt: row.started_at,
    durationMs: row.duration_ms,
  };
}

const failureOf = (text: string | null) => (text === null ? null : (parse(text) as StepFailure));

const parse = (text: string) => JSON.parse(text) as Json;
