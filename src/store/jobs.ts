import type { Definition } from "../model/workflow.ts";
import type { RunRow, StepRow } from "./rows.ts";

/** What the writer thread starts with. Column names are in the order of `RunRow` and `StepRow`. */
export interface WriterData {
  readonly file: string;
  readonly runColumns: readonly string[];
  readonly stepColumns: readonly string[];
}

/** One thing for the writer thread to do. */
export type Job =
  /** Puts a run and its steps in place of what was known of it. */
  | {
      readonly kind: "run";
      readonly definition: Definition;
      readonly run: RunRow;
      readonly steps: readonly StepRow[];
    }
  /** Deletes a slice of old runs. */
  | {
      readonly kind: "prune";
      readonly before: string;
      readonly keep: readonly string[];
      readonly slice: number;
    };

/** What goes to the writer thread: jobs for one transaction, or the word to end. */
export type Order = { readonly jobs: readonly Job[] } | { readonly close: true };

/** What became of each job of an order: a number (rows changed), or why it failed. */
export type Outcome = { readonly changed: number } | { readonly error: string };

/** What comes from the writer thread. */
export type Report = { readonly ready: true } | { readonly outcomes: readonly Outcome[] };
