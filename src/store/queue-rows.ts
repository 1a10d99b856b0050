import { createHash } from "node:crypto";
import type { Claim, DeliveryKey, NewRun, Settlement } from "../model/queue.ts";
import type { Redact } from "../model/secrets.ts";
import {
  type KeptRunRow,
  type QueuedRow,
  type SealedRow,
  type StepRow,
  queuedRow,
} from "./rows.ts";

/** A row of `notes`. */
export interface NoteRow {
  readonly run: string;
  readonly path: string;
  readonly name: string;
  readonly value: string;
}

/** A row of `intents`: one run that will be made if the action succeeds. */
export interface IntentRow extends Pick<
  QueuedRow,
  | "workflow"
  | "definition"
  | "trigger_type"
  | "parent"
  | "request_id"
  | "trace_id"
  | "accepted_at"
  | "context"
> {
  readonly run: string;
  readonly intent: string;
}

/** An intent, and the runs of it that stay: their ids. */
export interface SettledRow {
  readonly intent: string;
  readonly leaves: readonly string[];
}

/** A row of `deliveries`. */
export interface DeliveryRow {
  readonly workflow: string;
  readonly digest: string;
  readonly until: string;
  readonly answer: string;
  /** The same with its secrets; null where it has none. */
  readonly sealed: string | null;
}

/** The row that a claim reads. */
export interface ClaimRow extends Pick<
  KeptRunRow,
  | "id"
  | "workflow"
  | "definition"
  | "started_at"
  | "attempt"
  | "request_id"
  | "parent"
  | "replay_of"
> {
  /** Null: the process holds it, and the steps that are not among those here. */
  readonly context: string | null;
  readonly fence: number;
  readonly depth: number;
  readonly traceparent: string | null;
  /** Of the definition. */
  readonly source: string;
  readonly steps: readonly StepRow[];
  readonly notes: readonly NoteRow[];
  readonly sealed: readonly SealedRow[];
}

/** The row of a run of an intent. @param context JSON */
export function intentRow(intent: string, run: NewRun, context: string): IntentRow {
  return { ...queuedRow(run, context), run: run.id, intent };
}

/** The answer of a delivery that came before: JSON, redacted, and whole where a secret is hidden in it. */
export type AnsweredRow = Pick<DeliveryRow, "answer" | "sealed">;

/** The columns that identify a delivery. */
export function deliveryId({ workflow, key }: DeliveryKey) {
  return { workflow, digest: createHash("sha256").update(key).digest("hex") };
}

/** An intent, and what stays of it. */
export const settledRow = ({ intent, leaves }: Settlement): SettledRow => ({ intent, leaves });

/** The claim of a run that was claimed as it was accepted. @param bytes of its context */
export function acceptedClaim(run: NewRun, bytes: number, startedAt: Date, redact: Redact): Claim {
  const { id, trigger, requestId, traceparent, depth, parent } = run;
  return {
    id,
    fence: 1,
    workflow: run.workflow.key,
    definition: run.workflow.definition,
    trigger,
    startedAt,
    attempt: 0,
    requestId,
    traceparent,
    depth,
    parent,
    past: { steps: [], notes: [], bytes },
    redact,
    unreadable: null,
  };
}

/** The facts of a claim that its row shows. */
export const claimFacts = (
  row: ClaimRow,
): Omit<Claim, "trigger" | "past" | "redact" | "unreadable"> => ({
  id: row.id,
  fence: row.fence,
  workflow: row.workflow,
  definition: { hash: row.definition, source: row.source },
  startedAt: new Date(row.started_at),
  attempt: row.attempt,
  requestId: row.request_id,
  traceparent: row.traceparent,
  depth: row.depth,
  parent: row.parent,
});

/** The claim of a run that can only end. */
export const unreadableClaim = (
  row: ClaimRow,
  unreadable: NonNullable<Claim["unreadable"]>,
): Claim => ({
  ...claimFacts(row),
  trigger: {},
  past: { steps: [], notes: [], bytes: 0 },
  redact: (value) => value,
  unreadable,
});

/** About how many bytes a step has. */
export const bytesOf = ({ input, result, effects, error }: StepRow): number =>
  ROW_BYTES + input.length + result.length + (effects?.length ?? 0) + (error?.length ?? 0);

/** About how many bytes a row has beside its values: path, times, numbers. */
export const ROW_BYTES = 100;

/** The latest time whose ISO 8601 text still sorts with the others (year 9999). */
const LAST = Date.UTC(9999, 11, 31);

/** A time that someone has computed, ISO 8601: the end of a delay may lie anywhere. */
export const timeText = (time: Date) => new Date(Math.min(time.getTime(), LAST)).toISOString();
