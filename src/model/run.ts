import type { Caller } from "./caller.ts";
import type { Json, JsonObject } from "./json.ts";
import type { RequestDraft } from "./request-draft.ts";
import type { StepFailure, WorkflowResponse } from "./step.ts";
import type { Workflow } from "./workflow.ts";

/** Where a run stands. `failed` is a refusal, `errored` an accident. */
export const RUN_STATUSES = [
  "queued",
  "running",
  "waiting",
  "succeeded",
  "failed",
  "errored",
  "timed-out",
  "canceled",
  "interrupted",
  "unconfirmed",
  "dismissed",
] as const;

/** One of the statuses above. */
export type RunStatus = (typeof RUN_STATUSES)[number];

/** What starts a run. */
export interface RunStart {
  /** UUIDv7. */
  readonly id: string;
  readonly startedAt: Date;
  /** What `trigger` is in its expressions, secrets and all. */
  readonly trigger: JsonObject;
  /** What `set-request` changes; null but in a pre-action. */
  readonly request: RequestDraft | null;
  /** Whose credentials a step may use that acts as the caller; null where nobody waits. */
  readonly caller: Caller | null;
  /** Only watch: steps that act outside are not done, and give null. */
  readonly observe: boolean;
  readonly signal: AbortSignal;
  readonly requestId: string | null;
  readonly traceId: string | null;
  /** Header pairs that requests of its steps carry: Workflow-Depth, X-Request-Id, traceparent. */
  readonly outgoing: Readonly<Record<string, string>>;
}

/** How a run ended. */
export interface RunEnd {
  readonly id: string;
  readonly status: RunStatus;
  /** Whether an `end` or `response` step ended it, so that nothing more happens to the request. */
  readonly stopped: boolean;
  readonly messages: readonly string[];
  readonly response: WorkflowResponse | null;
  readonly output: Json;
  readonly error: StepFailure | null;
  readonly finishedAt: Date;
}

/** One attempt of one step, as the history keeps it. */
export interface StepRecord {
  readonly path: string;
  readonly id: string | null;
  readonly type: string;
  readonly status: "succeeded" | "failed" | "errored" | "timed-out" | "canceled" | "skipped";
  /** From 1. */
  readonly attempt: number;
  /** Its configuration with templates evaluated; null when skipped, or when that is what failed. */
  readonly input: Json;
  readonly result: Json;
  readonly error: StepFailure | null;
  readonly startedAt: Date;
  readonly durationMs: number;
}

/** Whoever wants to know of a run's steps as they end. Awaited, so that it can commit them. */
export interface RunWatch {
  step(record: StepRecord): void | Promise<void>;
}

/**
 * Walks a workflow to its end. Never rejects for what a step does: that is an end too.
 * A loop's or branch's records come before the record of the step that holds them.
 */
export type RunWorkflow = (
  workflow: Workflow,
  start: RunStart,
  watch?: RunWatch,
) => Promise<RunEnd>;
