// @ts-check
import { insertInto, write } from "./statement.js";

/** @import { JobHandlers } from "../jobs.ts" */
/** @import { EndRow, RunRow, StepRow } from "../rows.ts" */
/** @import { DefinitionTable } from "./definitions.js" */

/** @type {readonly (keyof RunRow)[]} */
// prettier-ignore
const RUN = ["id", "workflow", "definition", "trigger_type", "status", "sync", "parent", "replay_of", "request_id",
  "trace_id", "started_at", "finished_at", "messages", "error", "output", "context"];

/** @type {readonly (keyof StepRow)[]} */
// prettier-ignore
const STEP = ["run", "place", "path", "attempt", "id", "type", "status", "started_at", "duration_ms", "error", "input",
  "result", "effects"];

/** Columns of a step, except its run and place. */
export const STEP_FACTS = STEP.filter((name) => name !== "run" && name !== "place");

/** @type {ReturnType<typeof write<RunRow>>} */
const insertRun = write(insertInto("runs", RUN));
/** @type {ReturnType<typeof write<RunRow & { instance: string }>>} */
const insertBegunRun = write(insertInto("runs", [...RUN, "instance"]));
/** @type {ReturnType<typeof write<StepRow>>} */
const insertStep = write(insertInto("steps", STEP));

/**
 * Adds a run, unless there is one of its id. One that is `unconfirmed` is confirmed by that: its action has happened after all.
 * @type {ReturnType<typeof write<RunRow>>}
 */
export const insertNewRun = write(
  `${insertInto("runs", RUN)} on conflict (id) do update
   set ${RUN.map((name) => `${name} = excluded.${name}`).join(", ")} where runs.status = 'unconfirmed'`,
);

/**
 * Ends a run that has not begun, or that is to stop.
 * @type {ReturnType<typeof write<{ run: string, now: string, error: string }>>}
 */
export const cancelRun = write(
  "update runs set status = 'canceled', finished_at = @now, error = @error where id = @run",
);

const END = `update runs set status = @status, finished_at = @finished_at, messages = @messages, error = @error,
     output = @output
   where id = @id`;

/**
 * Ends a run.
 * @type {ReturnType<typeof write<EndRow>>}
 */
export const endRun = write(END);
/** @type {ReturnType<typeof write<EndRow>>} */
const endBegunRun = write(`${END} and status = 'running'`);

/**
 * Runs that a client waits for.
 * @param {DefinitionTable} definitions
 * @param {string} instance that does them
 * @returns {JobHandlers<"add" | "end">}
 */
export function historyJobs(definitions, instance) {
  return {
    *add({ run, steps }, sources) {
      yield* definitions.keep(run.definition, sources);
      const hasEnded = run.finished_at !== null;
      const changes = yield* hasEnded ? insertRun(run) : insertBegunRun({ ...run, instance });
      for (const step of steps) yield* insertStep(step);
      return changes;
    },
    *end({ end, steps }) {
      // One that was found to be interrupted meanwhile stays so.
      const changes = yield* endBegunRun(end);
      if (changes === 0) return 0;
      for (const step of steps) yield* insertStep(step);
      return changes;
    },
  };
}
