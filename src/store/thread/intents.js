// @ts-check
import { insertInto } from "./insert-into.js";

/** @import { JobHandlers } from "../jobs.ts" */
/** @import { IntentRow, SettledRow } from "../queue-rows.ts" */
/** @import { DefinitionTable } from "./definitions.js" */
/** @import { QueueTable } from "./queue.js" */

/** @type {readonly (keyof IntentRow)[]} */
// prettier-ignore
const COLUMNS = ["run", "intent", "workflow", "definition", "trigger_type", "parent", "request_id", "trace_id", "accepted_at",
  "context"];

/**
 * Runs that will be made if an action succeeds.
 * @param {import("better-sqlite3").Database} database
 * @param {DefinitionTable} definitions
 */
export function intentTable(database, definitions) {
  /** @type {import("better-sqlite3").Statement<IntentRow>} */
  const insert = database.prepare(insertInto("intents", COLUMNS));
  const settle = database.prepare(
    "delete from intents where intent = @intent and run not in (select value from json_each(@leaves))",
  );
  const copy = database.prepare(
    `insert into runs (id, workflow, definition, trigger_type, status, sync, parent, request_id, trace_id,
       started_at, messages, output, context)
     select run, workflow, definition, trigger_type, 'unconfirmed', 0, parent, request_id, trace_id,
       accepted_at, '[]', 'null', context
     from intents where @intent is null or intent = @intent
     on conflict do nothing`,
  );
  const isOpen = database.prepare("select 1 from intents where intent = ?");
  const remove = database.prepare("delete from intents where @intent is null or intent = @intent");

  return {
    /**
     * @param {readonly IntentRow[]} runs
     * @param {Readonly<Record<string, string>>} sources of their definitions, by hash
     */
    open(runs, sources) {
      for (const run of runs) {
        definitions.keep(run.definition, sources);
        insert.run(run);
      }
      return runs.length;
    },
    /** @param {SettledRow} settled */
    settle: ({ intent, leaves }) => void settle.run({ intent, leaves }),
    /**
     * Whether runs of it are still to come.
     * @param {string} intent
     */
    isOpen: (intent) => isOpen.get(intent) !== undefined,
    /**
     * It is unknown whether the action happened: its runs become `unconfirmed`. Gives how many.
     * @param {string | null} intent null: all of them
     */
    unconfirm(intent) {
      const { changes } = copy.run({ intent });
      remove.run({ intent });
      return changes;
    },
  };
}

/** @typedef {ReturnType<typeof intentTable>} IntentTable */

/**
 * Runs that are queued, and wait for others of the same action, can go on once their intent is settled. The jobs give how
 * many do.
 * @param {IntentTable} intents
 * @param {QueueTable} queue
 * @returns {JobHandlers<"open" | "settle" | "unconfirm">}
 */
export function intentJobs(intents, queue) {
  return {
    open: ({ runs }, sources) => intents.open(runs, sources),
    settle(settled) {
      intents.settle(settled);
      return intents.isOpen(settled.intent) ? 0 : queue.free(settled.intent);
    },
    unconfirm({ intent }) {
      intents.unconfirm(intent);
      return queue.free(intent);
    },
  };
}
