import type { EventEmitter } from "node:events";
import type { Knex } from "knex";
import type { KeptRunRow } from "./rows.ts";
import type { QueueEvents } from "./run-queue.ts";

/** How often it is looked whether something has been written, in milliseconds. */
const LOOK = 1_000;

/** How long ago a run may have been canceled that is told of: its commit may have waited for others. In milliseconds. */
const LATE = 30_000;

/**
 * Looks each second whether anything was committed to a file, and tells of what other processes may have done: that a run was
 * canceled, or that one can be claimed. What this process did itself may be told of once more. Each look costs its own rows,
 * however long the history is; where nothing was committed, it costs none.
 * @param database a connection that only reads
 * @returns ends it
 */
export function watchOthers(
  database: Knex,
  events: EventEmitter<QueueEvents>,
  now: () => Date,
): () => Promise<void> {
  let version: number | null = null;
  let looking: Promise<void> = Promise.resolve();
  const look = async () => {
    const [row] = await database.raw<{ data_version: number }[]>("pragma data_version");
    if (row === undefined || row.data_version === version) return;
    const since = new Date(now().getTime() - LATE).toISOString();
    const canceled = await database<KeptRunRow>("runs")
      .where({ status: "canceled" })
      .where("finished_at", ">", since)
      .pluck<string[]>("id");
    for (const id of canceled) events.emit("canceled", id, "elsewhere");
    const first = await database("queue").whereNotNull("ready_at").first("run");
    if (first !== undefined) events.emit("work", "elsewhere");
    ({ data_version: version } = row);
  };
  // A look that fails is made again: the version is kept only when all was told.
  const timer = setInterval(() => {
    looking = looking.then(look).catch(() => {});
  }, LOOK).unref();
  return async () => {
    clearInterval(timer);
    await looking;
  };
}
