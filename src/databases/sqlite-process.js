// @ts-check
// The process that has a SQLite file of `databases` open. It does one statement after another. SQLite can't be interrupted
// from outside while it looks for a row, so the process is ended where a statement is to end.
import Connection from "better-sqlite3";

/** @typedef {import("better-sqlite3").Statement<unknown[], object>} Statement */
/** @import { RowBounds } from "./pool.ts" */
/** @typedef {{ sql: string, values: unknown[], most: RowBounds }} Asked */

const [, , filename = "", busyTimeout = "5000"] = process.argv;

/** Opened when it is first asked, so that an error is that question's. @type {Connection.Database | null} */
let opened = null;

/**
 * Kept until the process ends: in Node 24, a statement of better-sqlite3 12 that is collected may abort the process.
 * @type {Map<string, Statement>}
 */
const prepared = new Map();

const database = () => {
  opened ??= new Connection(filename, { timeout: Number(busyTimeout) });
  opened.defaultSafeIntegers(true);
  return opened;
};

/** @param {string} sql */
const statementOf = (sql) => {
  const statement = prepared.get(sql) ?? /** @type {Statement} */ (database().prepare(sql));
  prepared.set(sql, statement);
  return statement;
};

/** @param {Asked} asked @returns {{ rows: object[] } | { tooMuch: keyof RowBounds }} */
const answer = ({ sql, values, most }) => {
  const statement = statementOf(sql);
  if (!statement.reader) {
    statement.run(...values);
    return { rows: [] };
  }
  const rows = [];
  let bytes = 0;
  for (const row of statement.iterate(...values)) {
    if (rows.length === most.rows) return { tooMuch: "rows" };
    for (const value of Object.values(row)) bytes += value?.length ?? 1;
    // A large value is not handed over.
    if (bytes > most.bytes) return { tooMuch: "bytes" };
    rows.push(row);
  }
  return { rows };
};

process.on("message", (/** @type {Asked} */ asked) => {
  try {
    process.send?.(answer(asked));
  } catch (error) {
    const { message, code } = /** @type {Error & { code?: string }} */ (error);
    process.send?.({ error: message, code });
  }
});
// The gateway is gone, or needs it no more.
process.on("disconnect", () => {
  opened?.close();
  process.exit();
});
// These are for the gateway: it says when this process is to end.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => undefined);
