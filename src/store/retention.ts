import { RUN_STATUSES, type RunStatus } from "../model/run.ts";
import type { Writer } from "./writer.ts";

/** Which ended runs are deleted, and when. */
export interface RetentionOptions {
  /** Milliseconds that an ended run is kept. */
  readonly retention: number;
  /** Runs that ended so are kept for ever. */
  readonly keep: readonly RunStatus[];
}

/** Rows deleted in one transaction, so that other writes get their turn in between. */
const SLICE = 500;

/**
 * Deletes what ended before its time was over, with its steps and the definitions that nothing needs, and deliveries that
 * need not be remembered any more. Gives how many runs.
 */
export async function pruneRuns(
  writer: Pick<Writer, "commit">,
  { retention, keep }: RetentionOptions,
  now: Date,
): Promise<number> {
  const before = new Date(now.getTime() - retention).toISOString();
  const statuses = RUN_STATUSES.filter((status) => !keep.includes(status));
  const [runs] = await Promise.all([
    inSlices((slice) => writer.commit({ kind: "prune", before, statuses, slice })),
    inSlices((slice) => writer.commit({ kind: "forget", now: now.toISOString(), slice })),
    inSlices((slice) => writer.commit({ kind: "forgetRates", now: now.toISOString(), slice })),
  ]);
  return runs;
}

/** How far a clock may be off before it has leapt, in milliseconds. */
const LEAP = 60_000;

/**
 * Tells whether a clock was set, or the machine suspended, since it was last asked: then it shows more or less time gone by
 * than really went.
 * @param steady milliseconds of a clock that can't be set
 */
export function leapWatch(now: () => Date, steady: () => number): () => boolean {
  const ahead = () => now().getTime() - steady();
  let before = ahead();
  return () => {
    const after = ahead();
    const leapt = Math.abs(after - before) > LEAP;
    before = after;
    return leapt;
  };
}

async function inSlices(remove: (slice: number) => Promise<number>): Promise<number> {
  let total = 0;
  for (;;) {
    const changed = await remove(SLICE);
    total += changed;
    if (changed < SLICE) return total;
  }
}
