import type { Knex } from "knex";
import { isLong, yieldToEventLoop } from "../model/event-loop.ts";
import type { Durations, RecentCounts } from "../model/history.ts";
import { firstRunId } from "../model/run-id.ts";
import { RUN_STATUSES, type RunStatus } from "../model/run.ts";
import type { KeptRunRow } from "./rows.ts";

/** Runs that are counted, at most. */
const COUNTED = 100_000;

/** Statuses by how many runs have them, about: the rare ones are counted to the end. */
const RARE_FIRST = RUN_STATUSES.toSorted(
  (a, b) => Number(a === "succeeded") - Number(b === "succeeded"),
);

/** Counts by status the runs that were made since then: each status by a part of its index. */
export async function recentCounts(database: Knex, since: Date): Promise<RecentCounts> {
  const runs: Partial<Record<RunStatus, number>> = {};
  let left = COUNTED;
  for (const status of RARE_FIRST) {
    if (isLong()) await yieldToEventLoop();
    const some = database("runs")
      .select("id")
      .where({ status })
      .where("id", ">=", firstRunId(since))
      .limit(left + 1);
    const row = await database.count({ count: "*" }).from(some.as("some")).first();
    const count = Math.min(left, Number(row?.["count"] ?? 0));
    if (count > 0) runs[status] = count;
    if (Number(row?.["count"] ?? 0) > left) return { runs, complete: false };
    left -= count;
  }
  return { runs, complete: true };
}

/** Ended runs of a workflow that are looked at, at most, and how many at a time. */
const ENDED = 1_000;
const SLICE = 500;

/** Runs that are looked at for them. */
const LOOKS = 5_000;

const FAILED: ReadonlySet<RunStatus> = new Set(["failed", "errored", "timed-out", "interrupted"]);

/** How long the newest ended runs of a workflow took, of those that were made since then. */
export async function durations(database: Knex, workflow: string, since: Date): Promise<Durations> {
  const first = firstRunId(since);
  const milliseconds: number[] = [];
  let failed = 0;
  let before: string | null = null;
  for (let looked = 0; looked < LOOKS; looked += SLICE) {
    if (isLong()) await yieldToEventLoop();
    const query = database<KeptRunRow>("runs")
      .select("id", "status", "started_at", "finished_at")
      .where({ workflow });
    if (before !== null) void query.where("id", "<", before);
    const rows = await query.orderBy("id", "desc").limit(SLICE);
    for (const { id, status, started_at: from, finished_at: to } of rows) {
      before = id;
      if (id < first || milliseconds.length === ENDED) return { failed, milliseconds };
      if (to === null) continue;
      milliseconds.push(Date.parse(to) - Date.parse(from));
      if (FAILED.has(status)) failed++;
    }
    if (rows.length < SLICE) break;
  }
  return { failed, milliseconds };
}
