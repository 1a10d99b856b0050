import type { Knex } from "knex";
import type { RunCount } from "../model/history.ts";
import type { Backlog } from "../model/queue.ts";
import type { KeptRunRow } from "./rows.ts";

const STATUSES = ["queued", "running", "waiting", "unconfirmed"] as const;

/** Counts the runs that have not ended: by the kept numbers of runs, and one look at an index. Neither grows with the history. */
export async function readBacklog(database: Knex): Promise<Backlog> {
  const rows = await database<RunCount>("run_counts")
    .whereIn("status", STATUSES)
    .groupBy("status")
    .select("status")
    .sum({ runs: "runs" });
  const counts = new Map(rows.map(({ status, runs }) => [status, Number(runs)]));
  const oldest = await database<KeptRunRow>("runs")
    .where({ status: "queued" })
    .orderBy("id")
    .first("started_at");
  const [queued = 0, running = 0, waiting = 0, unconfirmed = 0] = STATUSES.map((one) =>
    counts.get(one),
  );
  const oldestQueuedAt = oldest ? new Date(oldest.started_at) : null;
  return { queued, running, waiting, unconfirmed, oldestQueuedAt };
}
