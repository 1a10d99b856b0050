import type { IncomingMessage } from "node:http";
import type { IsCredential } from "../../model/headers.ts";
import type { Json, JsonObject } from "../../model/json.ts";
import type { ParsedPaths, WebhookParse } from "../../model/webhook.ts";
import { openHeaders, openQuery } from "../request/context.ts";
import { picker } from "../../model/webhook-paths.ts";

/** A call of a webhook, read. */
export interface Delivery {
  readonly request: IncomingMessage;
  /** The path without its query. */
  readonly path: string;
  readonly query: JsonObject;
  readonly body: Json;
}

/**
 * Makes `trigger` of a webhook's workflow. Of a part that `parse` names, only the values that it lists are kept.
 *
 *     { headers: { "x-request-id": "r1" }, query: {}, body: { amount: 5 },
 *       request: { method: "POST", path: "/webhook:trigger/paid", ip: "127.0.0.1" } }
 * @see docs/webhooks.md, "What a workflow sees"
 */
export function deliveryContext(
  parse: WebhookParse,
  isCredential: IsCredential,
): (delivery: Delivery) => JsonObject {
  const pickQuery = pick(parse.query);
  const pickBody = pick(parse.body);
  return ({ request, path, query, body }) => ({
    headers: pickHeaders(openHeaders(request, isCredential), parse.headers),
    query: pickQuery(openQuery(query)),
    body: pickBody(body),
    request: { method: request.method ?? "", path, ip: request.socket.remoteAddress ?? "" },
  });
}

const pick = (parsed: ParsedPaths | null) =>
  parsed === null ? (value: Json) => value : picker(parsed);

function pickHeaders(open: JsonObject, names: readonly string[] | null): JsonObject {
  if (names === null) return open;
  return Object.fromEntries(
    names.map((name) => [name, Object.hasOwn(open, name) ? (open[name] ?? null) : null]),
  );
}
