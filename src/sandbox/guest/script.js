// @ts-check
// Runs inside the sandbox.
import { jsonOf } from "./json.js";

const { parse } = JSON;

/**
 * @param {(trigger: unknown, steps: unknown, vars: unknown) => Promise<unknown>} script
 * @param {string} input JSON of its names and their values
 * @returns {Promise<string>} JSON
 */
export async function run(script, input) {
  if (typeof script !== "function") throw new SyntaxError("It is not the body of a function");
  const { trigger, steps, vars } = parse(input);
  return jsonOf(await script(trigger, steps, vars));
}
