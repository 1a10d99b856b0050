// @ts-check
import { read, write } from "./statement.js";

/** @import { JobHandlers, ScheduleRow } from "../jobs.ts" */
/** @import { QueueTable } from "./queue.js" */

/**
 * A rule that is new, or another than before, counts from now on.
 * @type {ReturnType<typeof write<{ workflow: string, rule: string, now: string }>>}
 */
const begin = write(
  `insert into schedules (workflow, rule, last_at) values (@workflow, @rule, @now)
   on conflict (workflow) do update set rule = excluded.rule, last_at = excluded.last_at
     where schedules.rule <> excluded.rule`,
);
/** @type {ReturnType<typeof read<{}, ScheduleRow>>} */
const all = read("select workflow, rule, last_at from schedules");
/** @type {ReturnType<typeof write<{ workflow: string }>>} */
const retire = write("update schedules set rule = '' where workflow = @workflow");
/**
 * Whoever comes second changes nothing.
 * @type {ReturnType<typeof write<{ workflow: string, rule: string, from: string, to: string }>>}
 */
const advance = write(
  "update schedules set rule = @rule, last_at = @to where workflow = @workflow and last_at = @from",
);
/** @type {ReturnType<typeof read<{ workflow: string }, { last_at: string }>>} */
const standing = read("select last_at from schedules where workflow = @workflow");
/** @type {ReturnType<typeof read<{ workflow: string }, {}>>} */
const atWork = read(
  `select 1 from runs where workflow = @workflow and status in ('queued', 'running', 'waiting') limit 1`,
);

/**
 * Schedules: how far each has come.
 * @param {QueueTable} queue
 * @returns {JobHandlers<"follow" | "advance">}
 */
export function scheduleJobs(queue) {
  return {
    *follow({ rules, now }) {
      for (const { workflow, rule } of rules) yield* begin({ workflow, rule, now });
      const rows = yield* all({});
      const isFollowed = new Set(rules.map(({ workflow }) => workflow));
      for (const { workflow, rule } of rows) {
        if (!isFollowed.has(workflow) && rule !== "") yield* retire({ workflow });
      }
      return rows.filter(({ workflow }) => isFollowed.has(workflow));
    },
    *advance({ workflow, rule, from, to, runs, overlap }, sources) {
      if ((yield* advance({ workflow, rule, from, to })) === 0) {
        const [row] = yield* standing({ workflow });
        return { lastAt: row?.last_at ?? from, isOurs: false, added: [] };
      }
      /** @type {string[]} */
      const added = [];
      for (const run of runs) {
        if (overlap === "skip" && (yield* atWork({ workflow })).length > 0) continue;
        added.push(...(yield* queue.add([run], sources)));
      }
      return { lastAt: to, isOurs: true, added };
    },
  };
}
