import type { RunDetail } from "../model/history.ts";
import { type Json, type JsonObject, isJsonObject } from "../model/json.ts";
import { type RequestParts, withChange } from "../model/request-draft.ts";

/** A request as a pre-action run met it, and as the run left it. */
export interface RequestPassage {
  readonly before: JsonObject;
  /** Equal to `before` where the run changed nothing, also where it only observed or was made by hand. */
  readonly after: JsonObject;
}

/**
 * The request that a pre-action run was about; null for runs of other triggers, and where too much of it was cut from the
 * record to tell.
 *
 *     { before: { method: "POST", path: "/posts", collection: "posts", action: "create", filterByTk: null, filter: null,
 *                 values: { title: "ab" }, headers: {…}, query: {} },
 *       after: { …, values: { title: "Ab" } } }
 */
export function requestPassage(run: RunDetail): RequestPassage | null {
  const { trigger, definition, replayOf, requestId } = run;
  const bound = isJsonObject(definition.source) ? definition.source["trigger"] : null;
  if (!isJsonObject(bound) || bound["type"] !== "pre-action" || !isJsonObject(trigger)) return null;
  const { collection = null, action = null, params = null, request = null } = trigger;
  if (!isJsonObject(params) || !isJsonObject(request)) return null;
  const { filterByTk = null, filter = null, values = null } = params;
  const { method = null, path = null } = request;
  const facts = { method, path, collection, action, filterByTk, filter };
  const parts = {
    values,
    headers: objectOf(request["headers"]),
    query: objectOf(request["query"]),
  };
  const before = { ...facts, ...parts };
  const watches = bound["observe"] === true || replayOf !== null || requestId === null;
  const left = watches ? parts : changedBy(run, parts);
  return left && { before, after: { ...facts, ...left } };
}

/** The parts as the run's `set-request` steps have left them; null where one of them was too large to be kept. */
function changedBy({ steps }: RunDetail, parts: RequestParts): RequestParts | null {
  let left = parts;
  for (const { type, status, input } of steps) {
    if (type !== "set-request" || status !== "succeeded" || !isJsonObject(input)) continue;
    if (input["truncated"] === true) return null;
    left = withChange(left, input);
  }
  return left;
}

const objectOf = (value: Json | undefined): JsonObject =>
  value !== undefined && isJsonObject(value) ? value : {};
