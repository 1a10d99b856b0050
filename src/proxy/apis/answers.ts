import { type Json, type JsonText, isJsonObject, jsonText } from "../../model/json.ts";
import { jsonAt } from "../../model/json-pointer.ts";
import type { ApiFacts } from "../../model/upstream-api.ts";

/** The record or records in an answer's body: the whole (`rest`), its `data` (`nocobase`). Null when it holds none. */
export function recordOf(facts: Pick<ApiFacts, "record">, body: Json): Json {
  return jsonAt(body, facts.record) ?? null;
}

/**
 * An answer's body with messages in it, behind those that it has already:
 *
 *     '{"data":{"id":1}}' → '{"data":{"id":1},"messages":[{"message":"Saved"}]}'
 *
 * The rest of the text stays as it was written, except where the body has messages already.
 * Null when messages belong in the header: the API has no place for them, or the body is not an object.
 * @see docs/requests.md, "What an answer tells"
 */
export function withMessages(
  facts: Pick<ApiFacts, "messages">,
  { text, value: body }: JsonText,
  messages: readonly string[],
): string | null {
  if (facts.messages === "header" || !isJsonObject(body)) return null;
  const said = messages.map((message) => ({ message }));
  if (Object.hasOwn(body, "messages")) {
    const before = Array.isArray(body["messages"]) ? (body["messages"] as Json[]) : [];
    return jsonText({ ...body, messages: [...before, ...said] });
  }
  const end = text.lastIndexOf("}");
  const comma = Object.keys(body).length === 0 ? "" : ",";
  return `${text.slice(0, end)}${comma}"messages":${jsonText(said)}${text.slice(end)}`;
}
