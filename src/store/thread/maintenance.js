// @ts-check
/** @import { JobHandlers } from "../jobs.ts" */
/** @import { DefinitionTable } from "./definitions.js" */
/** @import { IntentTable } from "./intents.js" */

/**
 * The jobs that keep the file in order.
 * @param {import("better-sqlite3").Database} database
 * @param {DefinitionTable} definitions
 * @param {IntentTable} intents
 * @returns {JobHandlers<"recover" | "prune" | "probe">}
 */
export function maintenanceJobs(database, definitions, intents) {
  const interrupt = database.prepare(
    "update runs set status = 'interrupted', finished_at = @now where status = 'running' and sync = 1",
  );
  const requeue = database.prepare(
    `update queue set ready_at = accepted_at
     where run in (select id from runs where status = 'running' and sync = 0)`,
  );
  /** Those that wait for runs of the same action, which will not come now. */
  const free = database.prepare(
    `update queue set ready_at = accepted_at, waits_for = null
     where waits_for in (select intent from intents)`,
  );
  const countDeath = database.prepare(
    "update runs set status = 'queued', attempt = attempt + 1 where status = 'running' and sync = 0",
  );
  /** @type {import("better-sqlite3").Statement<{ before: string, statuses: string, slice: number }>} */
  const pruneRuns = database.prepare(
    `delete from runs where id in (
       select id from runs
       where status in (select value from json_each(@statuses)) and finished_at < @before
       limit @slice
     )`,
  );

  return {
    recover({ now }) {
      requeue.run();
      free.run();
      const { changes } = countDeath.run();
      return changes + interrupt.run({ now }).changes + intents.unconfirm(null);
    },
    prune({ before, statuses, slice }) {
      const { changes } = pruneRuns.run({ before, statuses: JSON.stringify(statuses), slice });
      if (changes < slice) definitions.prune();
      return changes;
    },
    probe() {
      // Writes the file's first page, whatever the number was.
      database.exec("pragma user_version = 1");
      return 0;
    },
  };
}
