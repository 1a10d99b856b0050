import type { JsonObject } from "./json.ts";
import type { Note, RunEnd, RunPast, RunStart, RunWait, StepRecord } from "./run.ts";
import type { Redact } from "./secrets.ts";
import type { WorkflowResponse } from "./step.ts";
import { StepError } from "./step-error.ts";
import type { Definition, Workflow } from "./workflow.ts";

/** A run that no client waits for, as it is accepted. */
export interface NewRun {
  /** UUIDv7. */
  readonly id: string;
  readonly workflow: Workflow;
  /** `trigger` in its expressions. The history shows it with secrets redacted. */
  readonly trigger: JsonObject;
  readonly acceptedAt: Date;
  readonly requestId: string | null;
  readonly traceparent: string | null;
  readonly depth: number;
  readonly parent: string | null;
  readonly replayOf: string | null;
  /** Hides what its parent hides, in the context that comes from it. */
  readonly redact?: Redact;
}

/** A run that has ended, as what its failure causes sees it. */
export type FailedRun = Pick<
  RunStart,
  "id" | "startedAt" | "trigger" | "requestId" | "traceparent" | "depth" | "redact"
> & { readonly workflow: string };

/** Makes the run that the end of another causes, by `onFailure` of its workflow; null: none. */
export type RunAfterFailure = (failed: FailedRun, end: RunEnd) => NewRun | null;

/** A run that this process has to do. Its commits are accepted only as long as the claim is the run's newest. */
export interface Claim {
  readonly id: string;
  /** Raised with each claim. */
  readonly fence: number;
  readonly workflow: string;
  readonly definition: Definition;
  readonly trigger: JsonObject;
  /** Of its first claim. */
  readonly startedAt: Date;
  /** How often a process died over it. */
  readonly attempt: number;
  readonly requestId: string | null;
  readonly traceparent: string | null;
  readonly depth: number;
  readonly parent: string | null;
  readonly past: RunPast;
  /** Hides its secrets in what is shown of it. */
  readonly redact: Redact;
  /** Why what is recorded of it, or sealed, can't be read: then it can only end. Null: all can. */
  readonly unreadable: RunUnreadable | SealedUnreadable | null;
}

/** Thrown by what a claim commits when the run has been claimed anew, canceled or deleted. */
export class ClaimLost extends Error {
  override readonly name = "ClaimLost";
}

/** Thrown by what a claim commits where what the run did can't be recorded, however often it is tried. */
export class RunUnrecordable extends StepError {
  /** @param reason of the database, or of what makes the record */
  constructor(reason: string, options?: ErrorOptions) {
    const message = `What the run did can't be recorded: ${reason}`;
    super("RUN_UNRECORDABLE", message, { retryable: false, ...options });
  }
}

/** Where what is recorded of a run can't be read. Its cause is not shown: that may cite what is recorded. */
export class RunUnreadable extends StepError {
  constructor(options?: ErrorOptions) {
    const message = "What is recorded of the run can't be read: it is not what a gateway records";
    super("RUN_UNREADABLE", message, { retryable: false, ...options });
  }
}

/** Thrown where something that was sealed can't be opened. */
export class SealedUnreadable extends StepError {
  /** @param reason `store.key has no key that…`; says what to do */
  constructor(reason: string, options?: ErrorOptions) {
    const message = `The secrets that the run needs can't be opened: ${reason}`;
    super("SEALED_UNREADABLE", message, { retryable: false, ...options });
  }
}

/** Takes runs over before anybody is told that they were. */
export interface Acceptance {
  /**
   * Commits all of the runs as `queued`, or none. One whose id is there already is left as it is.
   * @param settles an intent that these runs fulfil, in the same transaction. Where it leaves others, these wait until it
   *   is settled for good: sync runs of an action are done before its async ones begin
   * @throws {GatewayError} STORE_UNAVAILABLE
   */
  accept(runs: readonly NewRun[], settles?: Settlement): Promise<unknown>;
}

/** The next state of an intent: it is gone, or stands only for the runs that are still to come. */
export interface Settlement {
  readonly intent: string;
  /** Ids of its runs that are still to be made; `[]`: it is gone. */
  readonly leaves: readonly string[];
}

/**
 * Runs that will be made if an action succeeds, recorded before it is forwarded. An intent that is found when
 * a process starts becomes runs of status `unconfirmed`. See docs/durability.md, "What is promised".
 */
export interface Intents {
  /** Commits it. @param runs what they will be, as far as that is known now @throws {GatewayError} STORE_UNAVAILABLE */
  open(intent: string, runs: readonly NewRun[]): Promise<void>;
  /** The action did not happen, or all of its runs are made. Queued, not waited for; never rejects. */
  settle(settlement: Settlement): void;
  /** It is not known whether the action happened: commits its runs as `unconfirmed`. Never rejects: failures are logged. */
  unconfirmed(intent: string): Promise<void>;
}

/** Webhook deliveries that were answered. */
export interface Deliveries {
  /** The answer to the delivery of this key, if it is remembered. */
  answered(delivery: DeliveryKey): Promise<WorkflowResponse | null>;
  /**
   * Commits a delivery's answer, and its runs as `queued`. Gives null; or, where another of the same key came first, that
   * one's answer, and then keeps nothing. Secrets of the answer are kept sealed, since it may have to be given again.
   * @throws {GatewayError} STORE_UNAVAILABLE
   */
  answer(
    delivery: DeliveryKey,
    answer: WorkflowResponse,
    until: Date,
    runs: readonly NewRun[],
  ): Promise<WorkflowResponse | null>;
}

/** Which delivery it is. Only a digest of the key is kept. */
export interface DeliveryKey {
  readonly workflow: string;
  readonly key: string;
}

/**
 * Runs that wait to be done, with the records of those under way. A commit under a claim that was lost rejects with
 * `ClaimLost`. Every call rejects with a `GatewayError` of code STORE_UNAVAILABLE when the store can't take it: then nothing
 * of the call is kept, and it may be tried again. One under a claim rejects with `RunUnrecordable` where another try would do
 * no better.
 *
 * Calls under one claim need not be waited for: they are committed in their order, those of one turn of the event loop in one
 * transaction. Where one can't be committed, none of those made meanwhile is.
 */
export interface RunQueue extends Acceptance {
  /**
   * As `Acceptance` says. Of the runs that are new, so many of the first are claimed in the same transaction; none is where
   * others stand in the line already, or where they have to wait for their intent.
   * @param room how many the caller can do at once; default: none
   */
  accept(runs: readonly NewRun[], settles?: Settlement, room?: number): Promise<readonly Claim[]>;
  /** Claims runs that can go on now, at most so many, and gives them in order: those accepted, or due, first come first. */
  claim(most: number): Promise<readonly Claim[]>;
  /** Commits how a step ended. */
  step(claim: Claim, record: StepRecord): Promise<void>;
  /** Commits a note, in place of one of the same step and name. */
  note(claim: Claim, note: Note): Promise<void>;
  /** The run waits, and the claim is over. One whose child has ended already can go on at once. */
  wait(claim: Claim, wait: RunWait): Promise<void>;
  /**
   * The run has ended, and its notes go. A run that waits for it can go on.
   * @param causes a run that is accepted with that
   */
  end(claim: Claim, end: RunEnd, causes?: NewRun | null): Promise<void>;
  /** When the next run can go on that could not yet when runs were last claimed; null when none waits for a time. */
  nextWake(): Promise<Date | null>;
  /** Calls back when runs may have become claimable by something that this process did. */
  onWork(listener: () => void): void;
  /** How a run ended; null while it has not. Its output is whole as long as its parent has not ended. */
  ended(id: string): Promise<EndedRun | null>;
}

/** The end of a run, as a run that waited for it sees it. */
export type EndedRun = Pick<RunEnd, "id" | "status" | "messages" | "output" | "error" | "refusal">;

/** Runs that have not ended, or that somebody has to look at, as the store counts them. */
export interface Backlog {
  readonly queued: number;
  readonly running: number;
  readonly waiting: number;
  readonly unconfirmed: number;
  /** When the oldest of those that are queued was accepted; null: none is queued. */
  readonly oldestQueuedAt: Date | null;
}
