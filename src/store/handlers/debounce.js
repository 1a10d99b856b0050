// @ts-check
import { cancelRun } from "./history.js";
import { lockLane, unlockLane } from "./lanes.js";
import { read } from "./statement.js";

/** @import { QueuedRow } from "../rows.ts" */
/** @import { Saying } from "../said.ts" */

/** @type {ReturnType<typeof read<{ key: string, now: string }, { run: string }>>} */
const waiting = read(
  "select run from queue where debounce = @key and fence = 0 and wake_at > @now",
  "wait",
);

/**
 * A run comes in place of those of its key that wait. They end as `canceled`.
 * @param {Pick<QueuedRow, "id" | "accepted_at">} by
 * @param {string} key
 * @param {(run: string) => Saying<unknown>} leave takes one out of the queue
 * @returns {Saying<void>}
 */
export function* takePlaces({ id, accepted_at: now }, key, leave) {
  // Others of the key that come at this moment wait until this one is there.
  yield* lockLane(key);
  const message = `The run ${id} of the same debounce.key came before this one began`;
  const error = JSON.stringify({ message, code: "DEBOUNCED", step: "" });
  for (const { run } of yield* waiting({ key, now })) {
    yield* cancelRun({ run, now, error });
    yield* leave(run);
  }
  yield* unlockLane(key);
}
