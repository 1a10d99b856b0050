import type { Knex } from "knex";
import { isLong, yieldToEventLoop } from "../model/event-loop.ts";
import type { RunPage, RunQuery, RunSummary } from "../model/history.ts";
import { firstRunId } from "../model/run-id.ts";
import { SUMMARY_COLUMNS, type SummaryRow, failureOf, summaryOf } from "./run-views.ts";
import { storable } from "./texts.ts";

/** Runs that one page looks at, where they have to be looked at one by one. */
const LOOKS = 10_000;

/** Runs that are read at a time there. */
const SLICE = 500;

/** Reads a page of runs, newest first. */
export async function readPage(database: Knex, query: RunQuery): Promise<RunPage> {
  const isWanted = lookOf(query);
  const slice = isWanted === null ? query.limit + 1 : SLICE;
  const runs: RunSummary[] = [];
  const first = query.since === undefined ? "" : firstRunId(query.since);
  let { before } = query;
  for (let looked = 0; looked < LOOKS; looked += slice) {
    const rows: SummaryRow[] = await pageQuery(database, { ...query, before }, slice);
    for (const row of rows) {
      if (isLong()) await yieldToEventLoop();
      if (row.id < first) return { runs, next: null };
      if (isWanted?.(row) ?? true) {
        if (runs.length === query.limit) return { runs, next: runs.at(-1)?.id ?? null };
        runs.push(summaryOf(row));
      }
      before = row.id;
    }
    if (rows.length < slice) return { runs, next: null };
  }
  return { runs, next: before ?? null };
}

/**
 * Reads the next rows of a page. Each combination of filters that it knows has an index that gives its runs in their order,
 * so that a page costs its own rows however long the history is. Other filters are left to `lookOf`.
 */
export function pageQuery(
  database: Knex,
  { status, workflow, error, parent, ...range }: Omit<RunQuery, "before" | "since"> & Before,
  rows: number,
): Knex.QueryBuilder {
  const query = database("runs").select(...SUMMARY_COLUMNS);
  if (parent !== undefined) void query.where({ parent });
  else if (status !== undefined || workflow !== undefined) {
    if (status !== undefined) void query.where({ status });
    if (workflow !== undefined) void query.where({ workflow: storable(workflow) });
  } else if (error !== undefined) void query.whereNotNull("error");
  const { until, before } = range;
  // One bound, since an index is entered at one place. Where the walk ends is the reader's: a bound more would have the
  // database choose an index that knows fewer of the filters.
  const [end] = [before, until && firstRunId(until)].filter((id) => id !== undefined).toSorted();
  if (end !== undefined) void query.where("id", "<", end);
  return query.orderBy("id", "desc").limit(rows);
}

interface Before {
  readonly before?: string | undefined;
}

/** Whether a run that an index has given is wanted; null where the index gives only such. */
function lookOf(query: RunQuery): ((row: SummaryRow) => boolean) | null {
  const { trigger, parent } = query;
  const error = query.error?.toLowerCase();
  const { status, workflow } = parent === undefined ? {} : query;
  if ([trigger, error, status, workflow].every((filter) => filter === undefined)) return null;
  return (row) =>
    (trigger === undefined || row.trigger_type === trigger) &&
    (status === undefined || row.status === status) &&
    (workflow === undefined || row.workflow === workflow) &&
    (error === undefined || says(row.error, error));
}

function says(failure: string | null, text: string): boolean {
  const { message = "", code = "" } = failureOf(failure) ?? {};
  return message.toLowerCase().includes(text) || code.toLowerCase().includes(text);
}
