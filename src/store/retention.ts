import { RUN_STATUSES, type RunStatus } from "../model/run.ts";
import type { Writer } from "./writer.ts";

/** Which ended runs are deleted, and when. */
export interface RetentionOptions {
  /** Milliseconds that an ended run is kept. */
  readonly retention: number;
  /** Runs that ended so are kept for ever. */
  readonly keep: readonly RunStatus[];
}

/** Runs deleted in one transaction, so that other writes get their turn in between. */
const SLICE = 500;

/** Deletes what ended before its time was over, with its steps and the definitions that no run needs. Gives how many runs. */
export async function pruneRuns(
  writer: Pick<Writer, "commit">,
  { retention, keep }: RetentionOptions,
  now: Date,
): Promise<number> {
  const before = new Date(now.getTime() - retention).toISOString();
  const statuses = RUN_STATUSES.filter((status) => !keep.includes(status));
  let total = 0;
  for (;;) {
    const changed = await writer.commit({ kind: "prune", before, statuses, slice: SLICE });
    total += changed;
    if (changed < SLICE) return total;
  }
}
