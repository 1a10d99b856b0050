// @ts-check
/** @import { JobHandlers } from "../jobs.ts" */
/** @import { DeliveryRow } from "../queue-rows.ts" */
/** @import { QueueTable } from "./queue.js" */

/**
 * Webhook deliveries that were answered.
 * @param {import("better-sqlite3").Database} database
 * @param {QueueTable} queue
 * @returns {JobHandlers<"deliver" | "forget">}
 */
export function deliveryJobs(database, queue) {
  /** @type {import("better-sqlite3").Statement<DeliveryRow & { now: string }>} */
  const put = database.prepare(
    `insert into deliveries (workflow, digest, until, answer) values (@workflow, @digest, @until, @answer)
     on conflict (workflow, digest) do update set until = excluded.until, answer = excluded.answer
       where deliveries.until <= @now`,
  );
  /** @type {import("better-sqlite3").Statement<DeliveryRow, { answer: string }>} */
  const first = database.prepare(
    "select answer from deliveries where workflow = @workflow and digest = @digest",
  );
  const remove = database.prepare(
    "delete from deliveries where rowid in (select rowid from deliveries where until <= @now limit @slice)",
  );

  return {
    deliver({ delivery, runs, now }, sources) {
      if (put.run({ ...delivery, now }).changes === 0) return first.get(delivery)?.answer ?? null;
      queue.add(runs, sources);
      return null;
    },
    forget: ({ now, slice }) => remove.run({ now, slice }).changes,
  };
}
