// @ts-check
import Connection from "better-sqlite3";

/** @typedef {import("better-sqlite3").Database} Database */
/** @typedef {import("better-sqlite3").Options} Options */
/** @typedef {import("better-sqlite3").Statement} Statement */

/**
 * Connections of this thread, with all that they have prepared.
 * @type {Map<Database, Map<string, Statement>>}
 */
const lasting = new Map();

/**
 * Keeps a connection and its statements until the thread ends, and prepares each text once. In Node 24, an object of
 * better-sqlite3 12 that is collected may abort the process (https://github.com/WiseLibs/better-sqlite3/issues/1515), and
 * version 13 does not run on Node 20. `pragma()` makes statements that are not kept: write `exec("pragma …")` instead.
 * @template {Database} D
 * @param {D} database
 * @returns {D}
 */
export function keepLasting(database) {
  const prepare = database.prepare.bind(database);
  /** @type {Map<string, Statement>} */
  const prepared = new Map();
  lasting.set(database, prepared);
  const prepareOnce = (/** @type {string} */ source) => {
    const statement = prepared.get(source) ?? prepare(source);
    prepared.set(source, statement);
    return statement;
  };
  return Object.assign(database, { prepare: prepareOnce });
}

/**
 * Opens a file on a connection that is kept like that.
 * @param {string} file
 * @param {Options} [options]
 * @returns {Database}
 */
export const openLasting = (file, options) => keepLasting(new Connection(file, options));
