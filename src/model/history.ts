import type { Json } from "./json.ts";
import type { RunEnd, RunStart, RunStatus, StepRecord } from "./run.ts";
import type { StepFailure } from "./step-error.ts";
import type { Workflow } from "./workflow.ts";

/** A run as `GET /runs` lists it. Times are ISO 8601, UTC. */
export interface RunSummary {
  readonly id: string;
  readonly workflow: string;
  /** The trigger type. */
  readonly trigger: string;
  readonly status: RunStatus;
  /** When it began; of a queued or unconfirmed one, when it was accepted. */
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly requestId: string | null;
  readonly traceId: string | null;
  /** The run whose `subflow` step started it. */
  readonly parent: string | null;
  /** The run that it was made from once more. */
  readonly replayOf: string | null;
}

/** A run as `GET /runs/:id` tells it. */
export interface RunDetail extends Omit<RunSummary, "trigger"> {
  /** The trigger's context: `{ type: "pre-action", params: {…}, … }`. Secrets redacted. */
  readonly trigger: Json;
  readonly steps: readonly StepDetail[];
  /** So far, of one that has not ended. */
  readonly messages: readonly string[];
  readonly output: Json;
  readonly error: StepFailure | null;
  /** How often a process died over it. */
  readonly attempt: number;
  /** The run that was made of it, where it was unconfirmed. */
  readonly replayedAs: string | null;
  /** Hash of the definition it ran with, and that definition. */
  readonly definition: { readonly hash: string; readonly source: Json };
}

/** A step record with its time as text. */
export interface StepDetail extends Omit<StepRecord, "startedAt" | "effects"> {
  readonly startedAt: string;
}

/** Which runs to list, newest first. */
export interface RunQuery {
  readonly status?: RunStatus;
  readonly workflow?: string;
  /** A run id: only runs older than it. */
  readonly before?: string;
  /** 1 to 500. */
  readonly limit: number;
}

/** A page of runs; `next` is the `before` of the next page, null at the end. */
export interface RunPage {
  readonly runs: readonly RunSummary[];
  readonly next: string | null;
}

/** How many runs of a workflow have a status: `{ workflow: "notify", status: "succeeded", runs: 2 }`. */
export interface RunCount {
  readonly workflow: string;
  readonly status: RunStatus;
  readonly runs: number;
}

/** Where runs are kept. The history itself redacts all that goes in. */
export interface History {
  /** Commits that a run has begun. @throws {GatewayError} STORE_UNAVAILABLE */
  begin(workflow: Workflow, start: RunStart): Promise<void>;
  /**
   * Queues a run that has ended, with its steps. Resolves when there is room in the queue, which is at once unless the
   * store lags behind; never rejects: a failure is logged and counted.
   */
  finish(
    workflow: Workflow,
    start: RunStart,
    end: RunEnd,
    steps: readonly StepRecord[],
  ): Promise<void>;
  /** Sees all that was queued before. */
  list(query: RunQuery): Promise<RunPage>;
  /** Null when no run has this id. */
  get(id: string): Promise<RunDetail | null>;
  /** Counts all runs that are kept. None is 0. */
  counts(): Promise<readonly RunCount[]>;
  /** Whether the store takes writes. */
  ready(): boolean;
  /** Writes what is queued and lets the file go. */
  close(): Promise<void>;
}
