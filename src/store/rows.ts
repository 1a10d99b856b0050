import type { NewRun } from "../model/queue.ts";
import type { RunEnd, RunStart, RunStatus, StepRecord } from "../model/run.ts";
import { traceIdOf } from "../model/trace.ts";
import { debounceKey, sharedKey } from "../model/traffic.ts";
import type { Workflow } from "../model/workflow.ts";
import type { Serialize } from "./serialize.ts";

/** A row of `runs` as it is added. */
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

/** A row of `runs` as it is read. */
export interface KeptRunRow extends RunRow {
  readonly attempt: number;
  readonly replayed_as: string | null;
}

/** A run for the queue: its row, and what else is needed to do it. */
export interface QueuedRow extends RunRow {
  readonly accepted_at: string;
  readonly depth: number;
  readonly traceparent: string | null;
  /** Of its lane so many runs may be in the line or under way; null: it has none. */
  readonly lane: string | null;
  readonly lane_limit: number | null;
  /** It begins at `wake_at`, unless another of this key comes before; null: it begins at once. */
  readonly debounce: string | null;
  readonly wake_at: string | null;
  readonly sealed: readonly SealedRow[];
}

/** A row of `sealed`, without its run. */
export interface SealedRow {
  /** `trigger`, `step 3`, `note pay until`. */
  readonly part: string;
  readonly text: string;
}

/** A row, and what its run needs of it sealed; null: nothing. */
export interface Sealable<Row> {
  readonly row: Row;
  readonly sealed: string | null;
}

/** The columns of a run's row that its end changes. */
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
  readonly effects: string | null;
}

/** The row of a run that begins, and that a client waits for. */
export const runRow = (workflow: Workflow, start: RunStart, serialize: Serialize): RunRow => ({
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
  context: serialize(start.trigger),
});

/**
 * The row of a run that is accepted. Until its first claim it counts as started when it was accepted.
 * @param context JSON
 */
export function queuedRow(
  run: NewRun,
  context: string,
  sealed: readonly SealedRow[] = [],
): QueuedRow {
  const { workflow } = run;
  const { concurrency, debounce } = workflow;
  // A replay is meant to run.
  const debounced = debounce && run.replayOf === null ? debounceKey(run, debounce) : null;
  const acceptedAt = run.acceptedAt.toISOString();
  return {
    id: run.id,
    workflow: workflow.key,
    definition: workflow.definition.hash,
    trigger_type: workflow.trigger.type,
    status: "queued",
    sync: 0,
    parent: run.parent,
    replay_of: run.replayOf,
    request_id: run.requestId,
    trace_id: run.traceparent && traceIdOf(run.traceparent),
    started_at: acceptedAt,
    finished_at: null,
    messages: "[]",
    error: null,
    output: "null",
    context,
    accepted_at: acceptedAt,
    depth: run.depth,
    traceparent: run.traceparent,
    lane: concurrency && `lane:${sharedKey(workflow.key, concurrency.key, run.trigger)}`,
    lane_limit: concurrency && concurrency.limit,
    debounce: debounced && `debounce:${debounced}`,
    wake_at: debounced && new Date(run.acceptedAt.getTime() + (debounce?.for ?? 0)).toISOString(),
    sealed,
  };
}

/** The columns that change when a run ends. @param output JSON */
export function endRow(end: RunEnd, serialize: Serialize, output: string): EndRow {
  return {
    id: end.id,
    status: end.status,
    finished_at: end.finishedAt.toISOString(),
    messages: serialize(end.messages),
    error: end.error && serialize(end.error),
    output,
  };
}

/** The columns of a step that are JSON. */
export type StepTexts = Pick<StepRow, "error" | "input" | "result" | "effects">;

/** The row of a step. @param place its number in the order in which the run's steps ended, from 0 */
export function stepRow(run: string, record: StepRecord, place: number, texts: StepTexts): StepRow {
  return {
    run,
    place,
    path: record.path,
    attempt: record.attempt,
    id: record.id,
    type: record.type,
    status: record.status,
    started_at: record.startedAt.toISOString(),
    duration_ms: record.durationMs,
    ...texts,
  };
}
