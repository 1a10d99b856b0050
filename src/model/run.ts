import type { Caller, ReadyAnswer } from "./caller.ts";
import type { Json, JsonObject } from "./json.ts";
import type { LazySignal } from "./lazy-signal.ts";
import type { RequestDraft } from "./request-draft.ts";
import type { ResponseDraft } from "./response-draft.ts";
import type { Redact } from "./secrets.ts";
import type { WorkflowResponse } from "./step.ts";
import type { StepFailure } from "./step-error.ts";
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

/** The input that starts a run. */
export interface RunStart {
  /** UUIDv7. */
  readonly id: string;
  readonly startedAt: Date;
  /** `trigger` in its expressions, with its secrets. */
  readonly trigger: JsonObject;
  /** The request that `set-request` changes; null except in a pre-action. In a replay of one, changes have no effect. */
  readonly request: RequestDraft | null;
  /** The answer that `set-response` changes; null except in a sync post-action. In a replay of one, changes have no effect. */
  readonly response: ResponseDraft | null;
  /** The caller, whose credentials a step may use that acts as the caller; null where no client waits. */
  readonly caller: Caller | null;
  /** Only watch: steps that act outside are not done, and give null. */
  readonly observe: boolean;
  readonly signal: LazySignal;
  readonly requestId: string | null;
  /** W3C Trace Context; null for a run that no request caused. */
  readonly traceparent: string | null;
  /** How many workflows stand above it: 0 for a client's own request. */
  readonly depth: number;
  /** Hides its own secrets, too, in what it says; default: only those of all runs. */
  readonly redact?: Redact;
  /** The run whose `subflow` step started it. */
  readonly parent: string | null;
  /** The costs of the parent run, where it waits and holds its slot: this run adds to them. Else costs begin at nothing. */
  readonly spent?: RunSpent;
  /** Run attempts begun before this one, after which the process died: 0 the first time. */
  readonly attempt: number;
  /** Header pairs that requests of its steps carry: Workflow-Depth, X-Request-Id, traceparent. */
  readonly propagatedHeaders: Readonly<Record<string, string>>;
}

/** The costs of a run so far, with those of the subflows that run while it waits and holds its slot. Grows. */
export interface RunSpent {
  /** Attempts of steps. */
  steps: number;
  /** Bytes that are recorded. */
  bytes: number;
}

/** How a run ended. */
export interface RunEnd {
  readonly id: string;
  readonly status: RunStatus;
  /** Whether an `end` or `response` step ended it, so that nothing more happens to the request. */
  readonly stopped: boolean;
  readonly messages: readonly string[];
  readonly response: WorkflowResponse | null;
  /** The value of the last `output` step; undefined where none was done. */
  readonly output: Json | undefined;
  readonly error: StepFailure | null;
  /** The upstream's 401 or 403 to the caller in whose name a step acted, when that is why the run errs. Never recorded. */
  readonly refusal?: ReadyAnswer | null;
  readonly finishedAt: Date;
}

/** A run that stopped where it has to wait, and holds no slot meanwhile. */
export interface RunWait {
  readonly id: string;
  readonly status: "waiting";
  /** When it goes on at the latest; null: when the child has ended, whenever that is. */
  readonly until: Date | null;
  /** The run that it waits for: it goes on when that has ended, or at `until`, whichever comes first. */
  readonly child: string | null;
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
  /** Its effects on the run, so that the run can be resumed behind it; null where it had none. */
  readonly effects: StepEffects | null;
}

/** The effects of a step on its run, beside its result. */
export interface StepEffects {
  readonly said?: readonly string[];
  /** Variables that it assigned. */
  readonly assigned?: Readonly<Record<string, Json>>;
  readonly output?: Json;
  /** Set by a step that ended the run. */
  readonly end?: {
    readonly status: "succeeded" | "failed";
    readonly response: WorkflowResponse | null;
  };
  /** Set on a failed attempt after which no other is made. */
  readonly final?: true;
  /** Of a failed attempt: whether trying again may help; true where it is not said. */
  readonly retryable?: boolean;
  /** Of a failed attempt: what a `Retry-After` asked for, in milliseconds. */
  readonly retryAfter?: number;
}

/**
 * Something that a step decided while it was under way, kept so that a resumed run decides alike: a delay's end, a branch.
 * A value that is a time to come, as ISO 8601 text in UTC, is one that the run waits for: an operator can bring it forward.
 */
export interface Note {
  /** Of the step. */
  readonly path: string;
  /** The name of the decision: `until`, `case`. */
  readonly name: string;
  readonly value: Json;
}

/** The records committed of a run before its process died, or before it waited. */
export interface RunPast {
  /** In the order in which they ended. */
  readonly steps: readonly StepRecord[];
  readonly notes: readonly Note[];
  /** About how many bytes are recorded of the run: its trigger and all of these. */
  readonly bytes: number;
}

/** Whoever wants to know of a run's steps as they end. Awaited, so that it can commit them. */
export interface RunWatch {
  step(record: StepRecord): void | Promise<void>;
}

/** The end of a run that could not even be begun. */
export const erredEnd = (id: string, error: StepFailure, finishedAt: Date): RunEnd => ({
  id,
  status: "errored",
  stopped: false,
  messages: [],
  response: null,
  output: undefined,
  error,
  finishedAt,
});

/**
 * The journal of a run that must survive its process. Each call resolves when it is committed. All calls are committed in
 * their order, and before the run's end or wait; none is where one before it is not. When one rejects, the run stops at
 * once, and whoever has it then goes on with it.
 */
export interface RunJournal {
  readonly past: RunPast;
  /** Aborted when no more steps may begin: the run waits for nothing when those that are under way have ended. */
  readonly draining?: AbortSignal;
  step(record: StepRecord): Promise<void>;
  note(note: Note): Promise<void>;
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

/**
 * Walks a workflow on from what its journal holds, to its end or to where it has to wait. Rejects when the journal does.
 * When the signal is aborted with a `ProcessStopping`, it rejects with that, and nothing more is committed.
 */
export type ResumeWorkflow = (
  workflow: Workflow,
  start: RunStart,
  journal: RunJournal,
) => Promise<RunEnd | RunWait>;
