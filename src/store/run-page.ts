import type { Knex } from "knex";
import type { RunPage, RunQuery } from "../model/history.ts";
import { SUMMARY_COLUMNS, type SummaryRow, summaryOf } from "./run-views.ts";

/** Reads a page of runs, newest first. */
export async function readPage(database: Knex, query: RunQuery): Promise<RunPage> {
  const rows: SummaryRow[] = await pageQuery(database, query);
  const runs = rows.slice(0, query.limit).map(summaryOf);
  return { runs, next: rows.length > query.limit ? (runs.at(-1)?.id ?? null) : null };
}

/**
 * The query of a page, and one row more to see whether another page follows. Each combination of filters has an index that
 * gives its runs in their order, so that a page costs its own rows however long the history is.
 */
export function pageQuery(
  database: Knex,
  { status, workflow, before, limit }: RunQuery,
): Knex.QueryBuilder {
  const query = database("runs").select(...SUMMARY_COLUMNS);
  if (status !== undefined) void query.where({ status });
  if (workflow !== undefined) void query.where({ workflow });
  if (before !== undefined) void query.where("id", "<", before);
  return query.orderBy("id", "desc").limit(limit + 1);
}
