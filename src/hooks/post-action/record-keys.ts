import type { Action } from "../../model/action.ts";
import { type Json, isJsonObject } from "../../model/json.ts";
import { outermostName } from "../../model/query.ts";
import type { BodyRecord } from "../request/body-records.ts";

/** A record's key: text from a URL, or as a body says it. */
export type RecordKey = string | number | bigint;

/**
 * The keys of the records that an action was about: those of the URL; of many, those in the body; else the one that the
 * answer's `Location` leads to.
 *
 *     PATCH /posts/1                       → ["1"]
 *     DELETE /posts          [1, 2]        → [1, 2]
 *     PATCH /posts           { keys: [1] } → [1]
 *     POST /posts → 201, Location: /posts/7 → ["7"]
 *
 * @param values the body that was forwarded
 * @param submitted the values of each record in that body
 */
export function recordKeys(
  { keys, name, collection }: Action,
  values: Json,
  submitted: readonly BodyRecord[],
  location: string | null,
  primaryKey: string,
): readonly RecordKey[] {
  if (keys.length > 0) return keys;
  if (name === "destroy") return destroyedKeys(values, primaryKey);
  const inBody = submitted.map(({ key }) => key);
  if (inBody.every(isKey)) return inBody;
  const key = location === null ? null : locationKey(location, collection, primaryKey);
  return key === null ? [] : [key];
}

/** `[1, 2]`, `{ keys: [1, 2] }`, `[{ id: 1 }]`. */
function destroyedKeys(values: Json, primaryKey: string): readonly RecordKey[] {
  const list = isJsonObject(values) ? values["keys"] : values;
  if (!Array.isArray(list)) return [];
  const keys = (list as Json[]).map((item) =>
    isJsonObject(item) && Object.hasOwn(item, primaryKey) ? (item[primaryKey] ?? null) : item,
  );
  return keys.every(isKey) ? keys : [];
}

/** Whether a value can be a record's key. */
export const isKey = (value: unknown): value is RecordKey =>
  (typeof value === "string" && value !== "") ||
  typeof value === "number" ||
  typeof value === "bigint";

/** `/posts/7`, `https://example.com/posts/7?x=1`, `/posts:get?filterByTk=7`, `/posts?id=7`, `/posts?id=eq.7` → 7. */
function locationKey(location: string, collection: string, primaryKey: string): string | null {
  if (!URL.canParse(location, "http://upstream")) return null;
  const { pathname, searchParams } = new URL(location, "http://upstream");
  const named = [...searchParams].find(([name]) => outermostName(name) === "filterByTk")?.[1];
  if (named) return named;
  // PostgREST writes equality as `eq.7`.
  const own = searchParams.get(primaryKey)?.replace(/^eq\./, "");
  if (own) return own;
  const last = pathname.split("/").findLast((part) => part !== "") ?? "";
  const text = decoded(last);
  const place = (text ?? "").split(":", 1)[0] ?? "";
  return text === null || place === "" || place === collection ? null : text;
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
