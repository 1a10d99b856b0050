import { type IsCredential, headerPairs } from "../../model/headers.ts";
import type { Json, JsonObject } from "../../model/json.ts";
import type { ReceivedAnswer } from "../../model/received-answer.ts";

/**
 * `trigger` in a post-action: as in a pre-action, with the record and the head of the answer.
 *
 *     { data: { id: 1 }, params: {…}, user: null, …, response: { status: 201, headers: { "content-type": "…" } } }
 *
 * @param request see `requestContext`
 * @param answer null until the answer has come
 */
export function postActionContext(
  request: JsonObject,
  data: Json,
  answer: ReceivedAnswer | null,
  isCredential: IsCredential,
): JsonObject {
  const response = answer && {
    status: answer.status,
    headers: openHeaders(answer.headers, isCredential),
  };
  return { ...request, data, response };
}

/** Names in lower case, credentials left out. */
function openHeaders(raw: readonly string[], isCredential: IsCredential): JsonObject {
  const open = new Map<string, string>();
  for (const [name, value] of headerPairs(raw)) {
    const lower = name.toLowerCase();
    if (isCredential(lower)) continue;
    const before = open.get(lower);
    open.set(lower, before === undefined ? value : `${before}, ${value}`);
  }
  return Object.fromEntries(open);
}
