import type { IncomingMessage } from "node:http";
import type { Action } from "../../model/action.ts";
import type { Caller } from "../../model/caller.ts";
import type { IsCredential } from "../../model/headers.ts";
import { type Json, type JsonObject, parseBounded } from "../../model/json.ts";
import { BODY_BOUNDS } from "../../model/json-bounds.ts";
import type { BodyRecord } from "./body-records.ts";
import type { RequestState } from "./draft.ts";

/** A concerned request, as it is known before any workflow runs. */
export interface Concerned {
  readonly request: IncomingMessage;
  readonly action: Action;
  readonly caller: Caller;
  /** The client's path, without its query. */
  readonly path: string;
  /** Headers in lower case, credentials left out. */
  readonly headers: JsonObject;
}

/**
 * `trigger` in a pre-action, and the common part of `trigger` in every workflow that a request runs: the request as the
 * workflows before have left it.
 *
 *     { params: { filterByTk: "1", filter: null, values: { title: "ab" } }, user: null, roleName: null,
 *       collection: "posts", action: "update", request: { method: "PATCH", path: "/posts/1", query: {}, headers: {…}, ip: "127.0.0.1" } }
 *
 * @param record the one record of the body that the run is for, or the body as one
 */
export function requestContext(
  { request, action, caller, path, headers }: Concerned,
  state: RequestState,
  { key, filter, values }: BodyRecord,
): JsonObject {
  return {
    params: {
      filterByTk: key ?? action.filterByTk,
      filter: filter ?? filterOf(state.query),
      values,
    },
    user: caller.user,
    roleName: caller.roleName,
    collection: action.collection,
    action: action.name,
    request: {
      method: request.method ?? "",
      path,
      query: state.query,
      headers: { ...headers, ...state.headers },
      ip: request.socket.remoteAddress ?? "",
    },
  };
}

/** `filter` of the query, which may be JSON text; null when absent. */
function filterOf({ filter }: JsonObject): Json {
  if (typeof filter !== "string") return filter ?? null;
  try {
    return parseBounded(filter, BODY_BOUNDS);
  } catch {
    return filter;
  }
}

/**
 * The headers of a request as a workflow sees them: names in lower case, without credentials, and without those that only
 * a gateway may set.
 */
export function openHeaders({ headers }: IncomingMessage, isCredential: IsCredential): JsonObject {
  const open: Record<string, string> = {};
  for (const name in headers) {
    if (name.startsWith("workflow-") || isCredential(name)) continue;
    const value = headers[name] ?? "";
    open[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return open;
}

/** The query as a workflow sees it: without the caller's token, and without parameters for the gateway. */
export function openQuery({
  token: _token,
  access_token: _accessToken,
  triggerWorkflows: _keys,
  ...open
}: JsonObject): JsonObject {
  return open;
}
