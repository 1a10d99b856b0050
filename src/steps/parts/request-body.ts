import qs from "qs";
import { type Json, isJsonObject, jsonText } from "../../model/json.ts";
import { StepError } from "../../model/step-error.ts";

/** The body that a call sends; `type` is its Content-Type unless the configuration names one, null without a body. */
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
 * @throws {StepError} BAD_TEXT for half a character, which UTF-8 can't say; JSON can
 */
export function sentBody(body: Json, type: string | undefined): SentBody {
  if (body === null) return { body: null, type: null };
  if (typeof body === "string") return { body: whole(body), type: "text/plain; charset=utf-8" };
  const form = /^\s*application\/x-www-form-urlencoded\s*(;|$)/i.test(type ?? "");
  return form && isJsonObject(body)
    ? { body: formOf(body), type: "application/x-www-form-urlencoded" }
    : { body: jsonText(body), type: "application/json" };
}

/** The URL with more query parameters; those that are null are left out, lists are `a[]=1&a[]=2`. @throws {StepError} BAD_TEXT */
export function withQuery(url: string, query: Readonly<Record<string, Json>>): string {
  const added = formOf(query);
  if (added === "" || !URL.canParse(url)) return url;
  const parsed = new URL(url);
  parsed.search = parsed.search === "" ? added : `${parsed.search}&${added}`;
  return parsed.href;
}

const formOf = (values: Readonly<Record<string, Json>>) =>
  qs.stringify(values, {
    arrayFormat: "brackets",
    skipNulls: true,
    encoder: (value, encode) => encode(whole(String(value))),
  });

function whole(text: string): string {
  if (!/\p{Surrogate}/u.test(text)) return text;
  throw new StepError(
    "BAD_TEXT",
    "A text holds half a character, which only a JSON body can carry",
    {
      retryable: false,
    },
  );
}
