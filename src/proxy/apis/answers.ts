import { type Json, type JsonObject, isJsonObject } from "../../model/json.ts";
import { jsonAt } from "../../model/json-pointer.ts";
import type { ApiFacts } from "../../model/upstream-api.ts";

/** The record or records in an answer's body: the whole (`rest`), its `data` (`nocobase`). Null when it holds none. */
export function recordOf(facts: Pick<ApiFacts, "record">, body: Json): Json {
  return jsonAt(body, facts.record) ?? null;
}

/**
 * An answer's body with messages in it, behind those that it has already:
 *
 *     { data: { id: 1 } } → { data: { id: 1 }, messages: [{ message: "Saved" }] }
 *
 * Null when they belong into the header: the API has no place for them, or the body is no object.
 * @see SPEC.md, sections 2 and 6
 */
export function withMessages(
  facts: Pick<ApiFacts, "messages">,
  body: Json,
  messages: readonly string[],
): JsonObject | null {
  if (facts.messages === "header" || !isJsonObject(body)) return null;
  const before = Array.isArray(body["messages"]) ? (body["messages"] as Json[]) : [];
  return { ...body, messages: [...before, ...messages.map((message) => ({ message }))] };
}
