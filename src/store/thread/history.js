// @ts-check
import { insertInto } from "./insert-into.js";

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

/**
 * Runs that a client waits for.
 * @param {import("better-sqlite3").Database} database
 * @param {DefinitionTable} definitions
 * @returns {JobHandlers<"add" | "end">}
 */
export function historyJobs(database, definitions) {
  /** @type {import("better-sqlite3").Statement<RunRow>} */
  const insertRun = database.prepare(insertInto("runs", RUN));
  /** @type {import("better-sqlite3").Statement<StepRow>} */
  const insertStep = database.prepare(insertInto("steps", STEP));
  const endRun = runEnding(database);

  return {
    add({ run, steps }, sources) {
      definitions.keep(run.definition, sources);
      const { changes } = insertRun.run(run);
      for (const step of steps) insertStep.run(step);
      return changes;
    },
    end({ end, steps }) {
      const { changes } = endRun.run(end);
      for (const step of steps) insertStep.run(step);
      return changes;
    },
  };
}

/**
 * The statement that adds a run, unless there is one of its id.
 * @param {import("better-sqlite3").Database} database
 * @returns {import("better-sqlite3").Statement<RunRow>}
 */
export const newRun = (database) =>
  database.prepare(`${insertInto("runs", RUN)} on conflict do nothing`);

/**
 * The statement that ends a run.
 * @param {import("better-sqlite3").Database} database
 * @returns {import("better-sqlite3").Statement<EndRow>}
 */
export const runEnding = (database) =>
  database.prepare(
    `update runs set status = @status, finished_at = @finished_at, messages = @messages, error = @error, output = @output
     where id = @id`,
  );

/** Columns of a step, except its run and place. */
export const STEP_FACTS = STEP.filter((name) => name !== "run" && name !== "place");
