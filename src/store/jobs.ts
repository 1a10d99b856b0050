import type { EndRow, RunRow, StepRow } from "./rows.ts";

/** One thing for the writer thread to do. */
export type Job =
  /** Adds a run: as it begins, or whole. */
  | { readonly kind: "add"; readonly run: RunRow; readonly steps: readonly StepRow[] }
  /** Ends a run that was added when it began. */
  | { readonly kind: "end"; readonly end: EndRow; readonly steps: readonly StepRow[] }
  /** Deletes a slice of the runs that ended before a time with one of some statuses. */
  | {
      readonly kind: "prune";
      readonly before: string;
      readonly statuses: readonly string[];
      readonly slice: number;
    }
  /** Writes something that changes nothing, to see whether that works. */
  | { readonly kind: "probe" };

/** What the writer thread starts with. */
export interface WriterData {
  /** A migrated file. */
  readonly file: string;
  /** Milliseconds that a commit waits for another process that writes to the file, such as a backup. */
  readonly busyTimeout: number;
}

/** Jobs for one transaction. */
export interface JobsOrder {
  readonly jobs: readonly Job[];
  /** The definitions of the runs among them, by hash. */
  readonly definitions: ReadonlyMap<string, string>;
}

/** What goes to the writer thread: jobs, or the word to end. */
export type Order = JobsOrder | { readonly close: true };

/** What became of a job: how many runs it changed, or why it failed, and whether the fault is the job's own. */
export type Outcome =
  { readonly changed: number } | { readonly error: string; readonly fault: "job" | "store" };

/** What comes from the writer thread: a word when it is ready, then the outcomes of each order. */
export type Report = { readonly ready: true } | { readonly outcomes: readonly Outcome[] };

/** About how much memory a job holds, in characters. */
export function weightOf(job: Job): number {
  if (job.kind === "add") return ROW + job.run.context.length + weightOfSteps(job.steps);
  return job.kind === "end" ? ROW + weightOfSteps(job.steps) : ROW;
}

/** What a row weighs without its long texts. */
const ROW = 500;

const weightOfSteps = (steps: readonly StepRow[]) =>
  steps.reduce((sum, { input, result }) => sum + ROW + input.length + result.length, 0);
