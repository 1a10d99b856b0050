import qs from "qs";
import { type Json, isJsonObject, jsonText } from "../model/json.ts";

/** What a call sends; `type` is its Content-Type unless the configuration names one, null without a body. */
interface SentBody {
  readonly body: string | null;
  readonly type: string | null;
}

/**
 * Writes a body out: a text as it is, an object as a form where its Content-Type says so, anything else as JSON. Null is
 * no body.
 *
 *     { a: 1 }, undefined                             → '{"a":1}', "application/json"
 *     { a: [1, 2] }, application/x-www-form-urlencoded → "a%5B%5D=1&a%5B%5D=2"
 *
 * @param type the Content-Type that the configuration names
 */
export function sentBody(body: Json, type: string | undefined): SentBody {
  if (body === null) return { body: null, type: null };
  if (typeof body === "string") return { body, type: "text/plain; charset=utf-8" };
  const form = /^\s*application\/x-www-form-urlencoded\s*(;|$)/i.test(type ?? "");
  return form && isJsonObject(body)
    ? { body: formOf(body), type: "application/x-www-form-urlencoded" }
    : { body: jsonText(body), type: "application/json" };
}

/** The URL with more query parameters; those that are null are left out, lists are `a[]=1&a[]=2`. */
export function withQuery(url: string, query: Readonly<Record<string, Json>>): string {
  const added = formOf(query);
  if (added === "" || !URL.canParse(url)) return url;
  const parsed = new URL(url);
  parsed.search = parsed.search === "" ? added : `${parsed.search}&${added}`;
  return parsed.href;
}

const formOf = (values: Readonly<Record<string, Json>>) =>
  qs.stringify(values, { arrayFormat: "brackets", skipNulls: true });
