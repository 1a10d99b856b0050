import type { Json } from "./json.ts";
import type { RunEnd, RunStart, RunStatus, StepRecord } from "./run.ts";
import type { StepFailure } from "./step-error.ts";
import type { Definition, Workflow } from "./workflow.ts";

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
  readonly error: FailureSummary | null;
}

/** Why a run went wrong, in short: the message has at most 200 characters. */
export type FailureSummary = Omit<StepFailure, "answered">;

/** A run as the history tells it alone. */
export interface RunDetail extends Omit<RunSummary, "trigger" | "error"> {
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
  /** A trigger type. */
  readonly trigger?: string;
  /** Runs whose error has this text in its message or its code, in upper or lower case. */
  readonly error?: string;
  /** A run id: only the runs that it started as subflows. */
  readonly parent?: string;
  /** Only runs whose id was made then or later. */
  readonly since?: Date;
  /** Only runs whose id was made before. */
  readonly until?: Date;
  /** A run id: only runs older than it. */
  readonly before?: string;
  /** 1 to 500. */
  readonly limit: number;
}

/**
 * A page of runs; `next` is the `before` of the next page, null at the end. Where runs have to be looked at one by one
 * (`trigger`, `error`), a page may have fewer than `limit`, or none, although another follows.
 */
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

/** Runs by status: `{ runs: { succeeded: 12, failed: 1 }, complete: true }`. */
export interface RecentCounts {
  readonly runs: Readonly<Partial<Record<RunStatus, number>>>;
  /** False where there were more than are counted. */
  readonly complete: boolean;
}

/** How ended runs went. */
export interface Durations {
  /** How many of them failed, errored, timed out or were interrupted. */
  readonly failed: number;
  /** How long each took. */
  readonly milliseconds: readonly number[];
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
  /** The definition of a hash, exactly as it was recorded; null when no run needs it any more. */
  definition(hash: string): Promise<Definition | null>;
  /** Counts all runs that are kept. None is 0. */
  counts(): Promise<readonly RunCount[]>;
  /** Counts the runs that were made since then, 100,000 at most. */
  recentCounts(since: Date): Promise<RecentCounts>;
  /** Of the newest ended runs of a workflow that were made since then, 1,000 at most. */
  durations(workflow: string, since: Date): Promise<Durations>;
  /** Whether the store takes writes. */
  ready(): boolean;
  /** Writes what is queued and lets the file go. */
  close(): Promise<void>;
}
