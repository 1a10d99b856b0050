// @ts-check
// Runs inside the sandbox. A script may have changed everything meanwhile.

const { stringify } = JSON;
const { isFinite } = Number;

/**
 * A result as JSON. What `JSON.stringify` would leave out or change without a word is an error, except names whose value is
 * undefined.
 * @param {unknown} result
 */
export function jsonOf(result) {
  if (result === undefined) return "null";
  try {
    return stringify(result, strict);
  } catch (error) {
    throw error instanceof NotJson ? error : new NotJson(/** @type {Error} */ (error).message);
  }
}

class NotJson extends Error {
  notJson = true;
}

/** @param {string} name @param {any} value */
function strict(name, value) {
  const what = whatIs(value);
  if (what !== null) throw new NotJson(`${name === "" ? "it" : `"${name}"`} is ${what}`);
  return value;
}

/** @param {any} value What it is, if it is not JSON. */
function whatIs(value) {
  if (typeof value === "number") return isFinite(value) ? null : String(value);
  if (typeof value === "bigint") return "a BigInt; return String(x), or Number(x)";
  if (typeof value === "function" || typeof value === "symbol") return `a ${typeof value}`;
  const isOfJsonata = value?.["_jsonata_function"] === true || value?.["_jsonata_lambda"] === true;
  return isOfJsonata ? "a function" : null;
}
