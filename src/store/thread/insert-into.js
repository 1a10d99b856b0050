// @ts-check
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
