import knex, { type Knex } from "knex";
import type { RunDetail, RunPage, RunQuery } from "../model/history.ts";
import { type RunRow, type StepRow, detailOf, summaryOf } from "./rows.ts";

/** Reads the history, on a connection of its own that can't write. */
export interface Reader {
  list(query: RunQuery): Promise<RunPage>;
  get(id: string): Promise<RunDetail | null>;
  close(): Promise<void>;
}

/** Opens a reader on a migrated file. */
export function openReader(file: string): Reader {
  const database = knex({
    client: "better-sqlite3",
    connection: { filename: file, options: { readonly: true } },
    useNullAsDefault: true,
  });
  return {
    list: (query) => list(database, query),
    get: (id) => get(database, id),
    close: () => database.destroy(),
  };
}

async function list(
  database: Knex,
  { status, workflow, before, limit }: RunQuery,
): Promise<RunPage> {
  const query = database<RunRow>("runs")
    .orderBy("id", "desc")
    .limit(limit + 1);
  if (status !== undefined) void query.where({ status });
  if (workflow !== undefined) void query.where({ workflow });
  if (before !== undefined) void query.where("id", "<", before);
  const rows = await query;
  const runs = rows.slice(0, limit).map(summaryOf);
  return { runs, next: rows.length > limit ? (runs.at(-1)?.id ?? null) : null };
}

async function get(database: Knex, id: string): Promise<RunDetail | null> {
  const row = await database<RunRow>("runs").where({ id }).first();
  if (!row) return null;
  const [steps, definition] = await Promise.all([
    database<StepRow>("steps").where({ run: id }).orderBy("place"),
    database<{ hash: string; source: string }>("definitions")
      .where({ hash: row.definition })
      .first(),
  ]);
  return detailOf(row, steps, definition?.source ?? "null");
}
