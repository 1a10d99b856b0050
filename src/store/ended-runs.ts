import type { Knex } from "knex";
import type { RunSummary } from "../model/history.ts";
import { RUN_STATUSES } from "../model/run.ts";
import { SUMMARY_COLUMNS, type SummaryRow, summaryOf } from "./run-views.ts";

/** Runs that are read at a time. */
const MOST = 10_000;

/** Runs that ended then or later, in that order: the first ten thousand. Found by an index, however long the history is. */
export async function endedSince(database: Knex, time: Date): Promise<readonly RunSummary[]> {
  const rows: SummaryRow[] = await database("runs")
    .select(...SUMMARY_COLUMNS)
    .whereIn("status", RUN_STATUSES)
    .where("finished_at", ">=", time.toISOString())
    .orderBy("finished_at")
    .limit(MOST);
  return rows.map(summaryOf);
}
