// @ts-check
// The writer thread: the only writing connection to the file. What comes in one order is one transaction, and one fsync.
// Plain JavaScript, since a thread starts without the loader that runs TypeScript in tests.
import { parentPort, workerData } from "node:worker_threads";
import { openLasting } from "./lasting.js";
import { handlers } from "./handlers/index.js";
import { placeOf } from "./thread/place.js";

/** @import { Job, JobsOrder, Order, Outcome, Report, WriterData } from "./jobs.ts" */
/** @import { Done, Said, Saying, Statement } from "./said.ts" */

/** @type {WriterData} */
const { file, instance, busyTimeout } = workerData;
const database = openLasting(file, { timeout: busyTimeout });
database.exec("pragma journal_mode = WAL");
database.exec("pragma synchronous = FULL");
database.exec("pragma foreign_keys = ON");
// A statement that fires a trigger can be taken back alone: what it needs for that would else go to a file, at 20 µs each.
database.exec("pragma temp_store = MEMORY");
// After a burst, or a long read, the log of changes shrinks again.
database.exec("pragma journal_size_limit = 67108864");

const place = placeOf(file);
const { perform, settle, doubt } = handlers(instance);

/** @type {Map<Statement, import("better-sqlite3").Statement<[object]>>} */
const prepared = new Map();

/** @param {Statement} statement */
function prepare(statement) {
  const made = database.prepare(statement.text);
  prepared.set(statement, made);
  return made;
}

/** @type {Done["rows"]} */
const NONE = [];

/**
 * Does at once what a handler says.
 * @param {Said} said
 * @returns {Done}
 */
function done({ statement, values }) {
  const ready = prepared.get(statement) ?? prepare(statement);
  if (statement.reads) return { changes: 0, rows: ready.all(values) };
  return { changes: ready.run(values).changes, rows: NONE };
}

/**
 * @template T
 * @param {Saying<T>} saying
 * @returns {T}
 */
function saidAll(saying) {
  let next = saying.next();
  while (!next.done) next = saying.next(done(next.value));
  return next.value;
}

const together = database.transaction(
  /** @param {JobsOrder} order */
  (order) => {
    const outcomes = order.jobs.map((job) => ({ given: saidAll(perform(job, order.definitions)) }));
    saidAll(settle());
    return outcomes;
  },
);

const alone = database.transaction(
  /**
   * @param {Job} job
   * @param {JobsOrder["definitions"]} sources
   */
  (job, sources) => {
    const given = saidAll(perform(job, sources));
    saidAll(settle());
    return given;
  },
);

/** The same, where one of them is bad: each is done or taken back by itself, so that it does not take others with it. */
const apart = database.transaction(
  /**
   * @param {JobsOrder} order
   * @returns {Outcome[]}
   */
  (order) =>
    order.jobs.map((job) => {
      try {
        return { given: alone(job, order.definitions) };
      } catch (error) {
        doubt();
        if (faultOf(error) === "store") throw error;
        return { error: messageOf(error), fault: "job" };
      }
    }),
);

/**
 * Does all jobs in one transaction, whose commit is one fsync.
 * @param {JobsOrder} order
 * @param {{ immediate(order: JobsOrder): Outcome[] }} way
 * @returns {Outcome[]}
 */
function tried(order, way = together) {
  try {
    return way.immediate(order);
  } catch (error) {
    doubt();
    const fault = faultOf(error);
    if (fault === "job" && way === together && order.jobs.length > 1) return tried(order, apart);
    return order.jobs.map(() => ({ error: messageOf(error), fault }));
  }
}

/**
 * The same, where the file is still the one that bears its name: then what is committed is there after a restart.
 * @param {JobsOrder} order
 * @returns {Outcome[]}
 */
function outcomesOf(order) {
  const outcomes = place.lost() === null ? tried(order) : [];
  const lost = place.lost();
  return lost === null ? outcomes : order.jobs.map(() => ({ error: lost, fault: "store" }));
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

/** @param {unknown} error */
const messageOf = (error) => /** @type {Error} */ (error).message;

/** @param {Report} report */
const post = (report) => parentPort?.postMessage(report);

parentPort?.on("message", (/** @type {Order} */ order) => {
  if (typeof order === "string") return post({ outcomes: outcomesOf(JSON.parse(order)) });
  if ("jobs" in order) return post({ outcomes: outcomesOf(order) });
  clearInterval(look);
  database.close();
  parentPort?.close();
});

/** How often it is looked whether the file is still there while nothing is written, in milliseconds. */
const LOOK = 1_000;

/** @type {string | null} */
let reportedLost = null;
const look = setInterval(() => {
  const lost = place.lost();
  if (lost !== reportedLost) post({ lost });
  reportedLost = lost;
}, LOOK);
post({ ready: true });
