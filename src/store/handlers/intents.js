// @ts-check
import { isGone } from "./instances.js";
import { insertInto, read, write } from "./statement.js";

/** @import { JobHandlers } from "../jobs.ts" */
/** @import { IntentRow, SettledRow } from "../queue-rows.ts" */
/** @import { Saying } from "../said.ts" */
/** @import { DefinitionTable } from "./definitions.js" */
/** @import { QueueTable } from "./queue.js" */

/** @type {readonly (keyof IntentRow | "instance")[]} */
// prettier-ignore
const COLUMNS = ["run", "intent", "workflow", "definition", "trigger_type", "parent", "request_id", "trace_id", "accepted_at",
  "context", "instance"];

/** @type {ReturnType<typeof write<IntentRow & { instance: string }>>} */
const insert = write(insertInto("intents", COLUMNS));
/** @type {ReturnType<typeof read<{ intent: string }, { run: string }>>} */
const runsOf = read("select run from intents where intent = @intent");
/** @type {ReturnType<typeof write<{ run: string }>>} */
const removeRun = write("delete from intents where run = @run");
/** @type {ReturnType<typeof read<{ now: string }, { intent: string }>>} */
const abandoned = read(`select distinct intent from intents where ${isGone("intents.instance")}`);
/** @type {ReturnType<typeof write<{ intent: string }>>} */
const copy = write(
  `insert into runs (id, workflow, definition, trigger_type, status, sync, parent, request_id, trace_id,
     started_at, messages, output, context)
   select run, workflow, definition, trigger_type, 'unconfirmed', 0, parent, request_id, trace_id,
     accepted_at, '[]', 'null', context
   from intents where intent = @intent
   on conflict do nothing`,
);
/** @type {ReturnType<typeof read<{ intent: string }, {}>>} */
const open = read("select 1 from intents where intent = @intent limit 1");
/** @type {ReturnType<typeof write<{ intent: string }>>} */
const remove = write("delete from intents where intent = @intent");

/**
 * Runs that will be made if an action succeeds.
 * @param {DefinitionTable} definitions
 * @param {string} instance whose requests they are
 */
export function intentTable(definitions, instance) {
  return {
    /**
     * @param {readonly IntentRow[]} runs
     * @param {Readonly<Record<string, string>>} sources of their definitions, by hash
     * @returns {Saying<number>}
     */
    *open(runs, sources) {
      for (const run of runs) {
        yield* definitions.keep(run.definition, sources);
        yield* insert({ ...run, instance });
      }
      return runs.length;
    },
    /**
     * @param {SettledRow} settled
     * @returns {Saying<void>}
     */
    *settle({ intent, leaves }) {
      if (leaves.length === 0) return void (yield* remove({ intent }));
      for (const { run } of yield* runsOf({ intent })) {
        if (!leaves.includes(run)) yield* removeRun({ run });
      }
    },
    /**
     * Whether runs of it are still to come.
     * @param {string} intent
     * @returns {Saying<boolean>}
     */
    *isOpen(intent) {
      return (yield* open({ intent })).length > 0;
    },
    /**
     * It is unknown whether the action happened: its runs become `unconfirmed`. Gives how many.
     * @param {string} intent
     * @returns {Saying<number>}
     */
    *unconfirm(intent) {
      const changes = yield* copy({ intent });
      yield* remove({ intent });
      return changes;
    },
    /**
     * Those of instances that are gone.
     * @param {string} now
     * @returns {Saying<readonly string[]>}
     */
    *abandoned(now) {
      return (yield* abandoned({ now })).map(({ intent }) => intent);
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
    *open({ runs }, sources) {
      return yield* intents.open(runs, sources);
    },
    *settle(settled) {
      yield* intents.settle(settled);
      return (yield* intents.isOpen(settled.intent)) ? 0 : yield* queue.free(settled.intent);
    },
    *unconfirm({ intent }) {
      yield* intents.unconfirm(intent);
      return yield* queue.free(intent);
    },
  };
}
