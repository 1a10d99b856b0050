import { createHash } from "node:crypto";
import { yieldToEventLoop, isLong } from "../model/event-loop.ts";
import { type JsonObject, jsonText } from "../model/json.ts";
import { parseInSlices } from "../model/json-slices.ts";
import type { Claim, DeliveryKey, NewRun, Settlement } from "../model/queue.ts";
import type { Note, StepEffects, StepRecord } from "../model/run.ts";
import type { WorkflowResponse } from "../model/step.ts";
import type { HeldRun } from "./held-runs.ts";
import type { Serialize } from "./serialize.ts";
import { type KeptRunRow, type QueuedRow, type StepRow, queuedRow } from "./rows.ts";
import { stepOf } from "./run-views.ts";

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
}

/** The row of a run of an intent. @param context JSON */
export function intentRow(intent: string, run: NewRun, context: string): IntentRow {
  return { ...queuedRow(run, context), run: run.id, intent };
}

/** The row of a delivery's answer, which is kept as it is: it has to be given once more. */
export function deliveryRow(key: DeliveryKey, answer: WorkflowResponse, until: Date): DeliveryRow {
  return {
    ...deliveryId(key),
    until: timeText(until),
    answer: jsonText(answer as unknown as JsonObject),
  };
}

/** The columns that identify a delivery. */
export function deliveryId({ workflow, key }: DeliveryKey) {
  return { workflow, digest: createHash("sha256").update(key).digest("hex") };
}

/** The row of a note. */
export function noteRow(run: string, { path, name, value }: Note, serialize: Serialize): NoteRow {
  return { run, path, name, value: serialize(value) };
}

/** An intent, and what stays of it. */
export const settledRow = ({ intent, leaves }: Settlement): SettledRow => ({ intent, leaves });

/** The claim of a run that was claimed as it was accepted. @param bytes of its context */
export function acceptedClaim(run: NewRun, bytes: number, startedAt: Date): Claim {
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
  };
}

/**
 * The part of a run that never changes, as the row of a claim adds to what was held of it before. Its steps may be many and
 * long: others get their turn meanwhile.
 */
export async function heldOf(row: ClaimRow, before: HeldRun | undefined): Promise<HeldRun> {
  const { context } = row;
  const trigger = before?.trigger ?? ((await parseInSlices(context ?? "null")) as JsonObject);
  const steps = [...(before?.steps ?? [])];
  let nextPlace = before?.nextPlace ?? 0;
  let bytes = before?.bytes ?? context?.length ?? 0;
  for (const step of row.steps) {
    if (isLong()) await yieldToEventLoop();
    steps.push(await recordOf(step));
    nextPlace = step.place + 1;
    bytes += bytesOf(step);
  }
  return { trigger, steps, nextPlace, bytes };
}

/** A claim as its row and the rest of its run tell it. */
export async function claimOf(row: ClaimRow, { trigger, steps, bytes }: HeldRun): Promise<Claim> {
  return {
    id: row.id,
    fence: row.fence,
    workflow: row.workflow,
    definition: { hash: row.definition, source: row.source },
    trigger,
    startedAt: new Date(row.started_at),
    attempt: row.attempt,
    requestId: row.request_id,
    traceparent: row.traceparent,
    depth: row.depth,
    parent: row.parent,
    past: {
      steps,
      notes: await Promise.all(row.notes.map(noteOf)),
      bytes: row.notes.reduce((sum, { value }) => sum + ROW + value.length, bytes),
    },
  };
}

/** About how many bytes a step has. */
const bytesOf = ({ input, result, effects, error }: StepRow): number =>
  ROW + input.length + result.length + (effects?.length ?? 0) + (error?.length ?? 0);

/** About how many bytes a row has beside its values: path, times, numbers. */
const ROW = 100;

/** A step as the run that goes on behind it sees it. */
const recordOf = async (row: StepRow): Promise<StepRecord> => ({
  ...(await stepOf(row)),
  startedAt: new Date(row.started_at),
  effects: row.effects === null ? null : ((await parseInSlices(row.effects)) as StepEffects),
});

const noteOf = async ({ path, name, value }: NoteRow): Promise<Note> => ({
  path,
  name,
  value: await parseInSlices(value),
});

/** The latest time whose ISO 8601 text still sorts with the others (year 9999). */
const LAST = Date.UTC(9999, 11, 31);

/** A time that someone has computed, ISO 8601: the end of a delay may lie anywhere. */
export const timeText = (time: Date) => new Date(Math.min(time.getTime(), LAST)).toISOString();
