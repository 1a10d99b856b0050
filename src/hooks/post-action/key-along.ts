import { type Json, type JsonText, isJsonObject } from "../../model/json.ts";
import { jsonAt, withJsonAt } from "../../model/json-pointer.ts";
import { outermostName } from "../../model/query.ts";
import type { ApiFacts } from "../../model/upstream-api.ts";
import type { SentAs } from "../../model/upstream.ts";
import { recordsReader } from "../request/body-records.ts";
import type { ForwardedRequest } from "../forwarded-request.ts";
import { recordKeys } from "./record-keys.ts";

/**
 * The request, changed to ask for the primary key too. Null where that is not needed: the key is known, or the client's query
 * does not keep it out of the answer.
 */
export function askingKeyAlong(
  {
    sentAs,
    concerned: { action },
    preActions: { state },
  }: Pick<ForwardedRequest, "sentAs" | "concerned" | "preActions">,
  facts: Pick<ApiFacts, "values" | "bulk" | "fields">,
  primaryKey: string,
): SentAs | null {
  const submitted = recordsReader(facts, action, primaryKey)(state.values).records;
  const known = recordKeys(action, state.values, submitted, null, primaryKey).length > 0;
  if (facts.fields === null || known || action.name === "destroy") return null;
  const path = withKeyField(sentAs.path, facts.fields, primaryKey);
  return path === null ? null : { ...sentAs, path };
}

/** The answer to such a request without the primary keys that the client did not ask for. */
export function withoutKeys({ value }: JsonText, pointer: string, primaryKey: string): Json {
  const data = jsonAt(value, pointer) ?? null;
  const without = Array.isArray(data)
    ? (data as Json[]).map((one) => withoutField(one, primaryKey))
    : withoutField(data, primaryKey);
  return withJsonAt(value, pointer, without);
}

/**
 * The path of a request, with the primary key among the fields that it wants answered; null where it is among them, or the
 * request wants whole records.
 *
 *     /posts?fields=title     → /posts?fields=title,id
 *     /posts?fields[]=title   → /posts?fields[]=title&fields[]=id
 *     /posts, /posts?fields=* → null
 * @param fields name of the parameter that lists fields
 */
function withKeyField(path: string, fields: string, primaryKey: string): string | null {
  const [bare = "", query = ""] = path.split(/\?(.*)/s);
  const parts = query.split("&");
  const own = parts.filter((part) => outermostName(part) === fields);
  const [last] = own.slice(-1);
  if (last === undefined) return null;
  const wanted = own.flatMap((part) => [...new URLSearchParams(part).values()].join().split(","));
  if (wanted.some((field) => ["*", primaryKey].includes(field.trim()))) return null;
  const key = encodeURIComponent(primaryKey);
  const plain = !/[[%]/.test(last.split("=", 1)[0] ?? "");
  const more = plain && last.includes("=") ? `${last},${key}` : `${last}&${fields}[]=${key}`;
  return `${bare}?${parts.map((part) => (part === last ? more : part)).join("&")}`;
}

function withoutField(record: Json, name: string): Json {
  if (!isJsonObject(record)) return record;
  const { [name]: _own, ...rest } = record;
  return rest;
}
