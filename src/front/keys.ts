import { type Json, isJsonObject, parseBounded } from "../model/json.ts";
import { BODY_BOUNDS } from "../model/json-bounds.ts";
import { GatewayError } from "../model/errors.ts";
import { hasParameter, parseQuery, partsNamed } from "../model/query.ts";
import type { Action } from "../model/action.ts";

/**
 * The record keys of a request: the one in the path, or `filterByTk` of the query.
 *
 *     "filterByTk=1"                  → { filterByTk: "1", keys: ["1"] }
 *     "filterByTk[]=1&filterByTk[]=2" → { filterByTk: ["1", "2"], keys: ["1", "2"] }
 *     "filterByTk=[1,2]"              → { filterByTk: [1, 2], keys: ["1", "2"] }
 *
 * @param named the keys that the upstream's own query names: `id=eq.1`; null: none
 * @throws {GatewayError} BAD_QUERY
 */
export function keysOf(
  pathKey: string | null,
  query: string,
  named: readonly string[] | null,
): Pick<Action, "filterByTk" | "keys"> {
  if (named !== null) {
    if (pathKey !== null || hasParameter(query, "filterByTk")) {
      throw new GatewayError("BAD_QUERY", "The request names its records in two ways");
    }
    const [only = null, second] = named;
    return { filterByTk: second === undefined ? only : named, keys: named };
  }
  if (pathKey !== null) return { filterByTk: pathKey, keys: [pathKey] };
  if (!hasParameter(query, "filterByTk")) return { filterByTk: null, keys: [] };
  const sent = parseQuery(partsNamed(query, ["filterByTk"], true))["filterByTk"] ?? null;
  const filterByTk = typeof sent === "string" ? listOrText(sent) : sent;
  const list = Array.isArray(filterByTk) ? (filterByTk as Json[]) : [filterByTk];
  const scalars = list.filter((key) => key !== null && key !== "" && typeof key !== "object");
  return { filterByTk: isJsonObject(filterByTk) ? null : filterByTk, keys: scalars.map(String) };
}

/** A JSON array is a list of keys; any other text is one key. */
function listOrText(text: string): Json {
  if (!text.startsWith("[")) return text;
  try {
    const list = parseBounded(text, BODY_BOUNDS);
    return Array.isArray(list) ? list : text;
  } catch {
    return text;
  }
}
