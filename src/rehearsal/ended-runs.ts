import { setTimeout as sleep } from "node:timers/promises";
import type { History, RunDetail, RunSummary } from "../model/history.ts";

/** How long runs may take that a request has queued, in milliseconds. */
const LONGEST = 60_000;

/**
 * Makes what waits for all runs that were made since it was asked for the last time, and gives them in the order in which
 * they were made. It rejects when they take too long.
 */
export function endedRuns(history: Pick<History, "list" | "get">): () => Promise<RunDetail[]> {
  let last: string | null = null;
  const fresh = async (): Promise<readonly RunSummary[]> => {
    const { runs } = await history.list({ limit: 500 });
    const before = runs.findIndex(({ id }) => id === last);
    return before < 0 ? runs : runs.slice(0, before);
  };
  return async () => {
    const until = performance.now() + LONGEST;
    for (let pause = 1; ; pause = Math.min(50, pause * 2)) {
      const runs = await fresh();
      const open = runs.filter(({ finishedAt }) => finishedAt === null);
      if (open.length === 0) {
        last = runs[0]?.id ?? last;
        const details = await Promise.all(runs.map(({ id }) => history.get(id)));
        return details.filter((run) => run !== null).toReversed();
      }
      if (performance.now() > until) throw tooLong(open);
      await sleep(pause);
    }
  };
}

function tooLong(open: readonly RunSummary[]): Error {
  const names = open.map(({ workflow, status }) => `${workflow} is ${status}`).join(", ");
  return new Error(`Runs have not ended within ${LONGEST / 1_000} s: ${names}`);
}
