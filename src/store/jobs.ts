import type { WaitOutcome, WaitPlace, WaitQuestion } from "../model/wait-answer.ts";
import type { OperationResult } from "../model/operations.ts";
import type { ScheduleRule, ScheduleTrigger } from "../model/schedule.ts";
import type {
  AnsweredRow,
  ClaimRow,
  DeliveryRow,
  IntentRow,
  NoteRow,
  SettledRow,
} from "./queue-rows.ts";
import type { Saying } from "./said.ts";
import type { EndRow, QueuedRow, RunRow, Sealable, StepRow } from "./rows.ts";

/** One thing for the writer thread to do: all of it, or nothing. */
export type Job =
  | HistoryJob
  | QueueJob
  | IntentJob
  | DeliveryJob
  | ScheduleJob
  | RateJob
  | OperatorJob
  | MaintenanceJob;

/** Runs that a client waits for. */
type HistoryJob =
  /** Adds a run: as it begins, or whole. */
  | { readonly kind: "add"; readonly run: RunRow; readonly steps: readonly StepRow[] }
  /** Ends a run that was added when it began. */
  | { readonly kind: "end"; readonly end: EndRow; readonly steps: readonly StepRow[] };

/** Which claim a write is made under. */
export interface ClaimRef {
  readonly run: string;
  readonly fence: number;
}

type QueueJob =
  /** Adds runs to the queue, except those that are in it already. */
  | {
      readonly kind: "accept";
      readonly runs: readonly QueuedRow[];
      readonly settles: SettledRow | null;
      /** So many of those that are added are claimed at once, unless others wait in the line. */
      readonly room: number;
      readonly now: string;
    }
  | {
      readonly kind: "claim";
      readonly most: number;
      readonly now: string;
      /** Runs of which the context and the first steps need not be read: the place of the first step that must be, by id. */
      readonly held: Readonly<Record<string, number>>;
    }
  | ({ readonly kind: "keep"; readonly claim: ClaimRef } & ClaimRows);

/** What a run has come to under a claim. */
export interface ClaimRows {
  /** Their places are found when they are written. */
  readonly steps: readonly Sealable<StepRow>[];
  readonly notes: readonly Sealable<NoteRow>[];
  /** How the claim is over; null: it is not. Of an end, the output is what a parent may need sealed. */
  readonly over: WaitRow | EndedRow | null;
}

/** The end of a run. */
export interface EndedRow extends Sealable<EndRow> {
  /** A run that is accepted with it, and the source of its definition; null: none. */
  readonly causes: { readonly run: QueuedRow; readonly source: string } | null;
}

/** What a run waits for. */
export interface WaitRow {
  readonly until: string | null;
  readonly child: string | null;
}

type IntentJob =
  | { readonly kind: "open"; readonly runs: readonly IntentRow[] }
  | ({ readonly kind: "settle" } & SettledRow)
  | { readonly kind: "unconfirm"; readonly intent: string };

interface DeliveryJob {
  readonly kind: "deliver";
  readonly delivery: DeliveryRow;
  readonly runs: readonly QueuedRow[];
  readonly now: string;
}

/** Takes runs of a rate, or none. */
interface RateJob {
  readonly kind: "take";
  readonly key: string;
  readonly runs: number;
  readonly limit: number;
  /** Milliseconds. */
  readonly per: number;
  readonly now: string;
}

type ScheduleJob =
  /** These schedules are in force, and no others. */
  | { readonly kind: "follow"; readonly rules: readonly ScheduleRule[]; readonly now: string }
  /** Deals with the times of a schedule after `from`, up to `to`, if it stands at `from`. */
  | ({
      readonly kind: "advance";
      readonly from: string;
      readonly to: string;
      readonly runs: readonly QueuedRow[];
      readonly overlap: ScheduleTrigger["overlap"];
    } & ScheduleRule);

/** A row of `schedules`. */
export interface ScheduleRow extends ScheduleRule {
  readonly last_at: string;
}

/** What has become of a schedule. */
export interface AdvancedRow {
  readonly lastAt: string;
  /** Whether the job did it. */
  readonly isOurs: boolean;
  /** Ids of runs. */
  readonly added: readonly string[];
}

type OperatorJob =
  | {
      readonly kind: "cancel";
      readonly id: string;
      readonly now: string;
      /** A StepFailure. */
      readonly error: string;
    }
  | { readonly kind: "dismiss"; readonly id: string; readonly now: string }
  | {
      readonly kind: "replay";
      readonly run: QueuedRow;
      readonly of: string;
      /** Paths of steps. */
      readonly reused: readonly string[];
      readonly now: string;
    }
  | { readonly kind: "resume"; readonly id: string; readonly now: string }
  | {
      readonly kind: "answer";
      readonly place: WaitPlace;
      /** Null: only looks how the step stands. */
      readonly given: AnswerRow | null;
      readonly now: string;
    };

/** What somebody answers. */
export interface AnswerRow {
  readonly choice: string | null;
  /** JSON, redacted. */
  readonly value: string;
  /** The same with its secrets, and the note that it is sealed for; null: it has none. */
  readonly sealed: (AnswerNote & { readonly text: string }) | null;
}

/** The note of a step `wait` that an answer is. */
export interface AnswerNote {
  readonly path: string;
  readonly name: string;
}

/** A `WaitOutcome` as the database has it. An answer that is sealed for another note than `note` is not taken. */
export type AnswerResult =
  | Exclude<WaitOutcome, { readonly outcome: "answered" | "asked" }>
  | { readonly outcome: "answered"; readonly answer: string }
  | { readonly outcome: "asked"; readonly question: WaitQuestion; readonly note: AnswerNote };

type MaintenanceJob =
  /** Renews this instance's lease, and settles what instances left running or open whose leases are over. */
  | {
      readonly kind: "recover";
      readonly now: string;
      /** The end of the lease. */
      readonly until: string;
      /**
       * Which others are gone: `all`: no other process can have the store; `late`: those whose leases are over; `none`: that
       * can't be told now, since the store was away.
       */
      readonly gone: "all" | "late" | "none";
    }
  /** Deletes a slice of the runs that ended before a time with one of some statuses. */
  | {
      readonly kind: "prune";
      readonly before: string;
      readonly statuses: readonly string[];
      readonly slice: number;
    }
  /** Deletes a slice of the deliveries whose time is over. */
  | { readonly kind: "forget"; readonly now: string; readonly slice: number }
  /** Deletes a slice of the rates that are whole again. */
  | { readonly kind: "forgetRates"; readonly now: string; readonly slice: number }
  /** Writes something that changes nothing, to see whether that works. */
  | { readonly kind: "probe" };

/** Which runs are new, and which of these are claimed: ids. */
export interface Accepted {
  readonly added: number;
  readonly claimed: readonly string[];
}

/** The result of a write under a claim: whether the claim was still the run's newest, and whether another run may go on. */
export interface ClaimedWrite {
  readonly accepted: boolean;
  readonly unblocked: boolean;
  /** Ids of runs that waited for this one, and go on. */
  readonly freed: readonly string[];
}

/** The results of jobs, where that is not the number of rows that they changed. */
interface Results {
  readonly claim: readonly ClaimRow[];
  readonly accept: Accepted;
  readonly keep: ClaimedWrite;
  /** The answer of the delivery that came first; null: this is the first. */
  readonly deliver: AnsweredRow | null;
  /** Null: they are taken; or in how many milliseconds they can be. */
  readonly take: number | null;
  readonly follow: readonly ScheduleRow[];
  readonly advance: AdvancedRow;
  readonly cancel: { readonly operated: OperationResult; readonly canceled: readonly string[] };
  readonly dismiss: OperationResult;
  readonly replay: OperationResult;
  readonly resume: OperationResult;
  readonly answer: AnswerResult;
}

/** The result of a committed job of some kind. */
export type JobResult<K extends Job["kind"]> = K extends keyof Results ? Results[K] : number;

/** The job of a kind. */
export type JobOf<K extends Job["kind"]> = Extract<Job, { readonly kind: K }>;

/** The handlers of jobs, by kind. What they say is done inside the transaction around them. */
export type JobHandlers<K extends Job["kind"] = Job["kind"]> = {
  readonly [Kind in K]: (
    job: JobOf<Kind>,
    definitions: JobsOrder["definitions"],
  ) => Saying<JobResult<Kind>>;
};

/** The data that the writer thread starts with. */
export interface WriterData {
  /** A migrated file. */
  readonly file: string;
  /** The id of this process. */
  readonly instance: string;
  /** Milliseconds that a commit waits for another process that writes to the file, such as a backup. */
  readonly busyTimeout: number;
}

/** Jobs for one transaction. */
export interface JobsOrder {
  readonly jobs: readonly Job[];
  /** The definitions of the runs among them, by hash. */
  readonly definitions: Readonly<Record<string, string>>;
}

/** A message to the writer thread: jobs, also as JSON text; or the order to end. */
export type Order = string | JobsOrder | { readonly close: true };

/** The outcome of a job: its result, or why it failed and whether the fault is the job's own. */
export type Outcome =
  | { readonly given: JobResult<Job["kind"]> }
  | { readonly error: string; readonly fault: "job" | "store" };

/**
 * A message from the writer thread: that it is ready; then the outcomes of each order; and, as soon as writes would be lost,
 * the reason for that (null when they would not be lost any more).
 */
export type Report =
  | { readonly ready: true }
  | { readonly outcomes: readonly Outcome[] }
  | { readonly lost: string | null };

/** About how much memory a job holds, in characters. */
export function weightOf(job: unknown): number {
  if (typeof job === "string") return job.length;
  if (typeof job !== "object" || job === null) return 0;
  const parts = job as Readonly<Record<string, unknown>>;
  let weight = OBJECT;
  for (const name in parts) weight += weightOf(parts[name]);
  return weight;
}

/** The weight of an object without its texts. */
const OBJECT = 100;
