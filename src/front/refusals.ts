import { type Action, WRITE_ACTIONS } from "../model/action.ts";
import { GatewayError } from "../model/errors.ts";
import type { Verdict } from "../model/verdict.ts";

/** The collection whose `trigger` is for webhooks. */
export const WEBHOOK = "webhook";

/** Whether a word of a path asks for `trigger`, however it goes on: that is never forwarded. */
export const namesTrigger = (segments: readonly string[]): boolean =>
  segments.some((segment) => /:trigger(?![\w-])/i.test(segment));

/** The verdict on a path of `closed:`. */
export function closedPath(): Verdict {
  return { way: "refuse", error: new GatewayError("CLOSED", "This path is closed") };
}

/** The verdict on a path that servers may read as another path. */
export function badPath(): Verdict {
  const message = "This path is spelt in a way that could be read as another";
  return { way: "refuse", error: new GatewayError("BAD_PATH", message) };
}

/** Actions that a GET or HEAD can't ask for. */
const NEVER_BY_GET: ReadonlySet<string> = new Set(WRITE_ACTIONS);

/**
 * Only a POST triggers, and no GET or HEAD writes. A webhook has its own order of answers: 404 comes before 405.
 * @throws {GatewayError} METHOD_NOT_ALLOWED
 */
export function assertMethod({ collection, name, parent }: Action, method: string): void {
  const looks = method === "GET" || method === "HEAD";
  if (name === "trigger") {
    if (method === "POST" || (collection === WEBHOOK && parent === null)) return;
  } else if (!looks || !NEVER_BY_GET.has(name)) return;
  const message = `${method} can't ask for ${collection}:${name}`;
  throw new GatewayError("METHOD_NOT_ALLOWED", message, { headers: { Allow: "POST" } });
}
