// @ts-check
// The writer thread: the only writing connection to the file. What comes in one order is one transaction, and one fsync.
// Plain JavaScript, since a thread starts without the loader that runs TypeScript in tests.
import { parentPort, workerData } from "node:worker_threads";
import Database from "better-sqlite3";

/** @import { Job, JobsOrder, Order, Outcome, Report, WriterData } from "./jobs.ts" */
/** @import { EndRow, RunRow, StepRow } from "./rows.ts" */

/** @type {WriterData} */
const { file, busyTimeout } = workerData;
const database = new Database(file, { timeout: busyTimeout });
database.pragma("journal_mode = WAL");
database.pragma("synchronous = FULL");
database.pragma("foreign_keys = ON");
// After a burst, or a long read, the log of changes shrinks again.
database.pragma("journal_size_limit = 67108864");

const insertDefinition = database.prepare(
  "insert into definitions (hash, source) values (?, ?) on conflict do nothing",
);
/** @type {Database.Statement<RunRow>} */
const insertRun = database.prepare(
  `insert into runs (id, workflow, definition, trigger_type, status, sync, parent, replay_of, request_id, trace_id,
     started_at, finished_at, messages, error, output, context)
   values (@id, @workflow, @definition, @trigger_type, @status, @sync, @parent, @replay_of, @request_id, @trace_id,
     @started_at, @finished_at, @messages, @error, @output, @context)`,
);
/** @type {Database.Statement<StepRow>} */
const insertStep = database.prepare(
  `insert into steps (run, place, path, attempt, id, type, status, started_at, duration_ms, error, input, result)
   values (@run, @place, @path, @attempt, @id, @type, @status, @started_at, @duration_ms, @error, @input, @result)`,
);
/** @type {Database.Statement<EndRow>} */
const endRun = database.prepare(
  `update runs set status = @status, finished_at = @finished_at, messages = @messages, error = @error, output = @output
   where id = @id`,
);
/** @type {Database.Statement<{ before: string, statuses: string, slice: number }>} */
const pruneRuns = database.prepare(
  `delete from runs where id in (
     select id from runs
     where status in (select value from json_each(@statuses)) and finished_at < @before
     limit @slice
   )`,
);
const pruneDefinitions = database.prepare(
  "delete from definitions where not exists (select 1 from runs where runs.definition = definitions.hash)",
);

/**
 * Hashes of definitions that are in the file.
 * @type {Set<string>}
 */
const known = new Set();

/**
 * Does one job inside the transaction around it.
 * @param {Job} job
 * @param {JobsOrder["definitions"]} definitions
 * @returns {number} how many runs it changed
 */
function perform(job, definitions) {
  switch (job.kind) {
    case "add": {
      const hash = job.run.definition;
      if (!known.has(hash)) insertDefinition.run(hash, definitions.get(hash));
      known.add(hash);
      const { changes } = insertRun.run(job.run);
      for (const step of job.steps) insertStep.run(step);
      return changes;
    }
    case "end": {
      const { changes } = endRun.run(job.end);
      for (const step of job.steps) insertStep.run(step);
      return changes;
    }
    case "prune": {
      const { before, slice } = job;
      const statuses = JSON.stringify(job.statuses);
      const { changes } = pruneRuns.run({ before, statuses, slice });
      if (changes < slice && pruneDefinitions.run().changes > 0) known.clear();
      return changes;
    }
    case "probe":
      // Writes the file's first page, whatever the number was.
      database.pragma("user_version = 1");
      return 0;
  }
}

const together = database.transaction(
  /** @param {JobsOrder} order */
  ({ jobs, definitions }) => jobs.map((job) => ({ changed: perform(job, definitions) })),
);

/**
 * Does all jobs in one transaction. If one of several is bad, each in its own, so that it does not take the others with it.
 * @param {JobsOrder} order
 * @returns {Outcome[]}
 */
function outcomesOf(order) {
  try {
    return together.immediate(order);
  } catch (error) {
    known.clear();
    const fault = faultOf(error);
    if (fault === "job" && order.jobs.length > 1) {
      return order.jobs.flatMap((job) => outcomesOf({ ...order, jobs: [job] }));
    }
    const { message } = /** @type {Error} */ (error);
    return order.jobs.map(() => ({ error: message, fault }));
  }
}

/**
 * A job's own fault is that what it writes breaks a rule of the tables, or can't be bound. Else no job would do better.
 * @param {unknown} error
 * @returns {"job" | "store"}
 */
function faultOf(error) {
  const { code = "" } = /** @type {{ code?: string }} */ (error);
  const own = /^SQLITE_(CONSTRAINT|MISMATCH|TOOBIG)/.test(code);
  return code.startsWith("SQLITE_") && !own ? "store" : "job";
}

/** @param {Report} report */
const tell = (report) => parentPort?.postMessage(report);

parentPort?.on("message", (/** @type {Order} */ order) => {
  if ("jobs" in order) return tell({ outcomes: outcomesOf(order) });
  database.close();
  parentPort?.close();
});
tell({ ready: true });
