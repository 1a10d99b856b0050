// @ts-check
import { read, write } from "./statement.js";

/** @import { JobHandlers } from "../jobs.ts" */
/** @import { AnsweredRow, DeliveryRow } from "../queue-rows.ts" */
/** @import { QueueTable } from "./queue.js" */

/** @type {ReturnType<typeof write<DeliveryRow & { now: string }>>} */
const put = write(
  `insert into deliveries (workflow, digest, until, answer, sealed)
   values (@workflow, @digest, @until, @answer, @sealed)
   on conflict (workflow, digest) do update
     set until = excluded.until, answer = excluded.answer, sealed = excluded.sealed
     where deliveries.until <= @now`,
);
/** @type {ReturnType<typeof read<DeliveryRow, AnsweredRow>>} */
const first = read(
  "select answer, sealed from deliveries where workflow = @workflow and digest = @digest",
);
/** @type {ReturnType<typeof write<{ now: string, slice: number }>>} */
const remove = write(
  `delete from deliveries where (workflow, digest) in
     (select workflow, digest from deliveries where until <= @now limit @slice)`,
);

/**
 * Webhook deliveries that were answered.
 * @param {QueueTable} queue
 * @returns {JobHandlers<"deliver" | "forget">}
 */
export function deliveryJobs(queue) {
  return {
    *deliver({ delivery, runs, now }, sources) {
      if ((yield* put({ ...delivery, now })) === 0) {
        const [before] = yield* first(delivery);
        return before ?? null;
      }
      yield* queue.add(runs, sources);
      return null;
    },
    *forget({ now, slice }) {
      return yield* remove({ now, slice });
    },
  };
}
