import type { Knex } from "knex";
import { yieldToEventLoop, isLong } from "../model/event-loop.ts";
import type {
  Durations,
  RecentCounts,
  RunCount,
  RunDetail,
  RunPage,
  RunQuery,
  RunSummary,
  StepDetail,
} from "../model/history.ts";
import type { Backlog } from "../model/queue.ts";
import { readBacklog } from "./backlog.ts";
import type { Definition } from "../model/workflow.ts";
import { endedSince } from "./ended-runs.ts";
import { type QueueReader, queueReader } from "./queue-reader.ts";
import type { KeptRunRow, StepRow } from "./rows.ts";
import { readPage } from "./run-page.ts";
import { durations, recentCounts } from "./run-statistics.ts";
import {
  SUMMARY_COLUMNS,
  type SummaryRow,
  detailOf,
  saidIn,
  stepOf,
  summaryOf,
} from "./run-views.ts";
import { storable } from "./texts.ts";

/** Reads the history, on a connection of its own that can't write. */
export interface Reader extends QueueReader {
  /** Newest first. */
  list(query: RunQuery): Promise<RunPage>;
  /** Null when there is no such run. */
  get(id: string): Promise<RunDetail | null>;
  definition(hash: string): Promise<Definition | null>;
  /** Those of these ids that are there, newest first. */
  summaries(ids: readonly string[]): Promise<readonly RunSummary[]>;
  recentCounts(since: Date): Promise<RecentCounts>;
  durations(workflow: string, since: Date): Promise<Durations>;
  /** Those that ended then or later, in that order: ten thousand at most. */
  endedSince(time: Date): Promise<readonly RunSummary[]>;
  /** By workflow and status. */
  counts(): Promise<readonly RunCount[]>;
  /** Of what is committed. */
  backlog(): Promise<Backlog>;
  close(): Promise<void>;
}

/** Makes a reader on connections to a migrated store. */
export function openReader(database: Knex): Reader {
  return {
    ...queueReader(database),
    list: (query) => readPage(database, query),
    get: (id) => get(database, id),
    definition: (hash) => definitionOf(database, hash),
    summaries: (ids) => summaries(database, ids),
    recentCounts: (since) => recentCounts(database, since),
    durations: (workflow, since) => durations(database, workflow, since),
    endedSince: (time) => endedSince(database, time),
    counts: () => counts(database),
    backlog: () => readBacklog(database),
    close: () => database.destroy(),
  };
}

async function get(database: Knex, id: string): Promise<RunDetail | null> {
  const row = await database<KeptRunRow>("runs")
    .where({ id: storable(id) })
    .first();
  if (!row) return null;
  const { steps, said } = await stepsOf(database, id);
  const definition = await definitionOf(database, row.definition);
  return detailOf(row, steps, said, definition?.source ?? "null");
}

async function definitionOf(database: Knex, hash: string): Promise<Definition | null> {
  return (await database<Definition>("definitions").where({ hash }).first()) ?? null;
}

/** Steps that are read at a time. */
const SLICE = 200;

/** The steps of a run, and what they have said. They may be many: others get their turn meanwhile. */
async function stepsOf(
  database: Knex,
  run: string,
): Promise<{ steps: StepDetail[]; said: string[] }> {
  const steps: StepDetail[] = [];
  const said: string[] = [];
  for (let last = -1; ;) {
    const rows = await database<StepRow>("steps")
      .where({ run })
      .where("place", ">", last)
      .orderBy("place")
      .limit(SLICE);
    for (const row of rows) {
      if (isLong()) await yieldToEventLoop();
      steps.push(await stepOf(row));
      said.push(...saidIn(row));
      last = row.place;
    }
    if (rows.length < SLICE) return { steps, said };
  }
}

async function summaries(database: Knex, ids: readonly string[]): Promise<readonly RunSummary[]> {
  if (ids.length === 0) return [];
  const rows: SummaryRow[] = await database("runs")
    .select(...SUMMARY_COLUMNS)
    .whereIn("id", ids)
    .orderBy("id", "desc");
  return rows.map(summaryOf);
}

const counts = (database: Knex): Promise<RunCount[]> =>
  database<RunCount>("run_counts").where("runs", ">", 0).select("workflow", "status", "runs");
