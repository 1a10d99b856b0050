import { credentialHeaders } from "./headers.ts";
import { type Json, type JsonObject, isJsonObject, jsonText, parseBounded } from "./json.ts";
import { BODY_BOUNDS } from "./json-bounds.ts";
import { withoutSecretPairs } from "./secret-pairs.ts";
import { spellingsOf } from "./secret-spellings.ts";
import { type IsSecret, REDACTED, type Redact } from "./secrets.ts";

/** Values that nest deeper are not searched: they are hidden. */
const DEEPEST = 1_000;

/**
 * Makes values fit to be kept or shown:
 *
 *     { "password": "x" }                          → { "password": "[redacted]" }
 *     { "headers": { "x-functions-key": "x" } }    → { "headers": { "x-functions-key": "[redacted]" } }
 *     '{"a":[{"password":"x"}]}'                   → '{"a":[{"password":"[redacted]"}]}'
 *     "https://api.example.com/?access_token=x"    → "https://api.example.com/?access_token=[redacted]"
 *     "Bearer " and a masked text, however spelt   → "Bearer [redacted]"
 *
 * A value with nothing to hide is given back as it is, not copied.
 * @param masked values of `secrets.NAME`; those under 6 characters are left alone
 */
export function redactor(isSecret: IsSecret, masked: readonly string[]): Redact {
  const isCredential = credentialHeaders(isSecret);
  const mask = spellingsOf(masked);

  const redact = (value: Json, depth: number): Json => {
    if (typeof value === "string") return text(value, depth);
    if (typeof value !== "object" || value === null) return value;
    if (depth > DEEPEST) return REDACTED;
    return isJsonObject(value)
      ? fields(value, isSecret, depth)
      : same(
          value,
          value.map((item) => redact(item, depth + 1)),
        );
  };

  const fields = (object: JsonObject, hides: IsSecret, depth: number): JsonObject => {
    let shown: [string, Json][] | null = null;
    const names = Object.keys(object);
    for (const [at, name] of names.entries()) {
      const item = object[name] as Json;
      const to = hides(name) ? REDACTED : inside(name, item, depth);
      const called = mask(name);
      if (shown === null && (to !== item || called !== name)) {
        shown = names.slice(0, at).map((before) => [before, object[before] as Json]);
      }
      shown?.push([called, to]);
    }
    return shown === null ? object : Object.fromEntries(shown);
  };

  const inside = (name: string, item: Json, depth: number): Json =>
    name === "headers" && isJsonObject(item)
      ? fields(item, isCredential, depth + 1)
      : redact(item, depth + 1);

  /** JSON in a text is looked through as JSON, and only written anew where there is something to hide. */
  const text = (written: string, depth: number): string => {
    const plain = mask(written);
    const json = depth < DEEPEST ? jsonIn(plain) : undefined;
    if (json === undefined) return withoutSecretPairs(plain, isSecret);
    const shown = redact(json, depth + 1);
    return shown === json ? plain : jsonText(shown);
  };

  return (value) => redact(value, 0);
}

const same = (before: readonly Json[], after: readonly Json[]): readonly Json[] =>
  after.every((item, at) => item === before[at]) ? before : after;

/** The object or list that a text says; undefined where it says none. */
function jsonIn(text: string): Json | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return parseBounded(text, BODY_BOUNDS);
  } catch {
    return undefined;
  }
}
