// @ts-check
/** @import { Saying, Statement } from "../said.ts" */

/**
 * All statements of the handlers: whether they find what they look for by an index can be asked of each.
 * @type {Statement[]}
 */
export const statements = [];

/**
 * @param {Statement} statement
 * @returns {Statement}
 */
function listed(statement) {
  statements.push(statement);
  return Object.freeze(statement);
}

/**
 * A statement that writes. Both databases take its text; values stand as `@name`.
 *
 *     const remove = write("delete from queue where run = @run");
 *     const changes = yield* remove({ run });
 *
 * @template {object} Values
 * @param {string} text
 * @returns {(values: Values) => Saying<number>} how many rows it changes
 */
export function write(text) {
  const statement = listed({ text, reads: false, locks: null });
  return function* say(values) {
    return (yield { statement, values }).changes;
  };
}

/**
 * A statement that reads.
 * @template {object} Values
 * @template Row
 * @param {string} text
 * @param {Statement["locks"]} [locks] what becomes of its rows until the transaction ends
 * @returns {(values: Values) => Saying<readonly Row[]>}
 */
export function read(text, locks = null) {
  const statement = listed({ text, reads: true, locks });
  return function* say(values) {
    return /** @type {readonly Row[]} */ ((yield { statement, values }).rows);
  };
}

/**
 * An insert that takes a row by the names of its columns.
 *
 *     insertInto("notes", ["run", "name"]) → "insert into notes (run, name) values (@run, @name)"
 *
 * @param {string} table
 * @param {readonly string[]} columns
 */
export function insertInto(table, columns) {
  const values = columns.map((name) => `@${name}`);
  return `insert into ${table} (${columns.join(", ")}) values (${values.join(", ")})`;
}
