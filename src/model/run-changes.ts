import type { RunSummary } from "./history.ts";

/** Runs that began, changed their status or ended. */
export interface RunChange {
  /** As they are now, 200 at most. */
  readonly runs: readonly RunSummary[];
  /** Whether other runs have changed too. */
  readonly more: boolean;
}

/** Tells of runs that have changed, once that is committed: what happens within a quarter of a second is told together. */
export interface RunChanges {
  /** Calls back until the function that it gives is called. Nothing is done for changes while there is no listener. */
  listen(listener: (change: RunChange) => void): () => void;
}
