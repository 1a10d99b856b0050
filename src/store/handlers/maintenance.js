// @ts-check
import { isGone } from "./instances.js";
import { write } from "./statement.js";

/** @import { JobHandlers } from "../jobs.ts" */
/** @import { DefinitionTable } from "./definitions.js" */
/** @import { InstanceTable } from "./instances.js" */
/** @import { IntentTable } from "./intents.js" */
/** @import { QueueTable } from "./queue.js" */

/** @type {ReturnType<typeof write<{ now: string }>>} */
const interrupt = write(
  `update runs set status = 'interrupted', finished_at = @now
   where status = 'running' and sync = 1 and ${isGone("runs.instance")}`,
);
/** @type {ReturnType<typeof write<{ before: string, status: string, slice: number }>>} */
const pruneRuns = write(
  `delete from runs where id in
     (select id from runs where status = @status and finished_at < @before limit @slice)`,
);

/**
 * The jobs that keep the store in order.
 * @param {DefinitionTable} definitions
 * @param {QueueTable} queue
 * @param {IntentTable} intents
 * @param {InstanceTable} instances
 * @returns {JobHandlers<"recover" | "prune" | "probe">}
 */
export function maintenanceJobs(definitions, queue, intents, instances) {
  return {
    *recover({ now, until, gone }) {
      if (gone === "all") yield* instances.forgetAll();
      yield* instances.renew(until);
      if (gone === "none") return 0;
      let changes = yield* queue.takeBack(now);
      changes += yield* interrupt({ now });
      for (const intent of yield* intents.abandoned(now)) {
        changes += yield* intents.unconfirm(intent);
        // Those that wait for runs of the same action, which will not come now.
        yield* queue.free(intent);
      }
      yield* instances.forgetGone(now);
      return changes;
    },
    *prune({ before, statuses, slice }) {
      let changes = 0;
      for (const status of statuses) {
        if (changes < slice)
          changes += yield* pruneRuns({ before, status, slice: slice - changes });
      }
      if (changes < slice) yield* definitions.prune();
      return changes;
    },
    probe: () => instances.touch(),
  };
}
