// @ts-check
// Runs inside the sandbox, where `jsonata` and `jmespath` are loaded.
import { jsonOf } from "./json.js";

/**
 * @typedef {object} Engines
 * @property {(expression: string) => { evaluate(data: unknown): Promise<unknown> }} jsonata
 * @property {{ search(data: unknown, expression: string): unknown }} jmespath
 */
const { jsonata, jmespath } = /** @type {Engines} */ (/** @type {unknown} */ (globalThis));

// Else JMESPath would find it in every object.
Reflect.deleteProperty(Object.prototype, "__proto__");

/** @param {string} language @param {string} expression @param {string} input JSON @returns {Promise<string>} JSON */
export async function query(language, expression, input) {
  /** @type {unknown} */
  const data = JSON.parse(input);
  const value =
    language === "jsonata"
      ? await jsonata(expression).evaluate(data)
      : jmespath.search(data, expression);
  return jsonOf(value);
}
