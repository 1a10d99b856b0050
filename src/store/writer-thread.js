// @ts-check
// The writer thread: the only writing connection to the file. What comes in one order is one transaction, and one fsync.
// Plain JavaScript, since a thread starts without the loader that runs TypeScript in tests.
import { parentPort, workerData } from "node:worker_threads";
import Database from "better-sqlite3";

/** @import { Job, Order, Outcome, Report, WriterData } from "./jobs.ts" */

/** @type {WriterData} */
const { file, runColumns, stepColumns } = workerData;
const database = new Database(file);
database.pragma("journal_mode = WAL");
database.pragma("synchronous = FULL");
database.pragma("foreign_keys = ON");
database.pragma("busy_timeout = 5000");

/** @param {readonly string[]} columns */
const named = (columns) => columns.map((column) => `@${column}`).join(", ");

const insertDefinition = database.prepare(
  "insert into definitions (hash, source) values (@hash, @source) on conflict do nothing",
);
const upsertRun = database.prepare(
  `insert into runs (${runColumns.join(", ")}) values (${named(runColumns)})
   on conflict (id) do update set ${runColumns.map((column) => `${column} = excluded.${column}`).join(", ")}`,
);
const insertStep = database.prepare(
  `insert into steps (${stepColumns.join(", ")}) values (${named(stepColumns)})`,
);
const pruneRuns = database.prepare(
  `delete from runs where id in (
     select id from runs
     where finished_at < @before and status not in (select value from json_each(@keep))
     limit @slice
   )`,
);
const pruneDefinitions = database.prepare(
  "delete from definitions where not exists (select 1 from runs where runs.definition = definitions.hash)",
);

/** Hashes of the definitions that are there. @type {Set<string>} */
const known = new Set();

/** @param {Job} job @returns {number} rows changed */
function perform(job) {
  if (job.kind === "prune") {
    const { before, keep, slice } = job;
    const { changes } = pruneRuns.run({ before, keep: JSON.stringify(keep), slice });
    if (changes < slice && pruneDefinitions.run().changes > 0) known.clear();
    return changes;
  }
  const { definition, run, steps } = job;
  if (!known.has(definition.hash)) insertDefinition.run(definition);
  known.add(definition.hash);
  const { changes } = upsertRun.run(run);
  for (const step of steps) insertStep.run(step);
  return changes;
}

const together = database.transaction((/** @type {readonly Job[]} */ jobs) =>
  jobs.map((job) => ({ changed: perform(job) })),
);

const alone = database.transaction((/** @type {Job} */ job) => ({ changed: perform(job) }));

/** @param {readonly Job[]} jobs @returns {Outcome[]} */
function outcomesOf(jobs) {
  try {
    return together(jobs);
  } catch {
    // One bad job must not take the others with it. What a rolled-back transaction made known is not there.
    known.clear();
    return jobs.map((job) => {
      try {
        return alone(job);
      } catch (error) {
        known.clear();
        return { error: String(error) };
      }
    });
  }
}

/** @param {Report} report */
const tell = (report) => parentPort?.postMessage(report);

parentPort?.on("message", (/** @type {Order} */ order) => {
  if ("jobs" in order) return tell({ outcomes: outcomesOf(order.jobs) });
  database.close();
  parentPort?.close();
});
tell({ ready: true });
