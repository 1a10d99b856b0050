import type { Action } from "../../model/action.ts";
import { GatewayError } from "../../model/errors.ts";

/**
 * The webhook that a request calls.
 * @param known those that are enabled, by key
 * @throws {GatewayError} WORKFLOW_NOT_FOUND, METHOD_NOT_ALLOWED
 */
export function webhookCalled<T>(
  known: ReadonlyMap<string, T>,
  { keys, parent }: Action,
  method: string,
): T {
  const [key = ""] = keys;
  const webhook = keys.length === 1 && parent === null ? known.get(key) : undefined;
  if (webhook === undefined) {
    throw new GatewayError("WORKFLOW_NOT_FOUND", `There is no webhook "${key.slice(0, 128)}"`);
  }
  if (method === "POST") return webhook;
  const message = `A webhook is called by POST, not by ${method}`;
  throw new GatewayError("METHOD_NOT_ALLOWED", message, { headers: { Allow: "POST" } });
}
