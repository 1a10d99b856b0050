import { isLong, yieldToEventLoop } from "./event-loop.ts";
import { credentialHeaders } from "./headers.ts";
import { type Json, type JsonObject, isJsonObject, jsonText, parseBounded } from "./json.ts";
import { BODY_BOUNDS } from "./json-bounds.ts";
import { isLarge } from "./json-slices.ts";
import { withoutSecretPairs } from "./secret-pairs.ts";
import { spellingsOf } from "./secret-spellings.ts";
import { type IsSecret, REDACTED, type Redact, type RedactInSlices } from "./secrets.ts";

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
export const redactor = (isSecret: IsSecret, masked: readonly string[]): Redact =>
  redaction(isSecret, masked).redact;

/** The same for large values: one item after another is looked through, and others get their turn meanwhile. */
export const redactorInSlices = (isSecret: IsSecret, masked: readonly string[]): RedactInSlices =>
  redaction(isSecret, masked).redactInSlices;

function redaction(isSecret: IsSecret, masked: readonly string[]) {
  const isCredential = credentialHeaders(isSecret);
  const mask = spellingsOf(masked);

  const redact = (value: Json, depth: number): Json => {
    if (typeof value === "string") return text(value, depth);
    if (typeof value !== "object" || value === null) return value;
    if (depth > DEEPEST) return REDACTED;
    return isJsonObject(value) ? fields(value, isSecret, depth) : items(value, depth);
  };

  const items = (list: readonly Json[], depth: number): readonly Json[] => {
    let shown: Json[] | null = null;
    for (let at = 0; at < list.length; at++) {
      const item = list[at] as Json;
      const to = redact(item, depth + 1);
      if (shown === null && to !== item) shown = list.slice(0, at);
      shown?.push(to);
    }
    return shown ?? list;
  };

  const fields = (object: JsonObject, hides: IsSecret, depth: number): JsonObject => {
    let shown: [string, Json][] | null = null;
    for (const name in object) {
      const item = object[name] as Json;
      const to = hides(name) ? REDACTED : inside(name, item, depth);
      const called = mask(name);
      if (shown === null && (to !== item || called !== name)) shown = entriesBefore(object, name);
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

  /** An item of a large value: at once where it is small. */
  const slice = (item: Json, hides: IsSecret, depth: number): Json | Promise<Json> => {
    if (depth <= DEEPEST && isLarge(item)) return inSlices(item, hides, depth);
    return isJsonObject(item) && depth <= DEEPEST
      ? fields(item, hides, depth)
      : redact(item, depth);
  };

  const inSlices = async (
    value: JsonObject | readonly Json[],
    hides: IsSecret,
    depth: number,
  ): Promise<Json> => {
    if (!isJsonObject(value)) {
      const list: Json[] = [];
      let isSame = true;
      for (const item of value) {
        if (isLong()) await yieldToEventLoop();
        const sliced = slice(item, isSecret, depth + 1);
        const to = sliced instanceof Promise ? await sliced : sliced;
        isSame &&= to === item;
        list.push(to);
      }
      return isSame ? value : list;
    }
    const members: [string, Json][] = [];
    let isSame = true;
    for (const name in value) {
      if (isLong()) await yieldToEventLoop();
      const item = value[name] as Json;
      const inner = name === "headers" ? isCredential : isSecret;
      const sliced = hides(name) ? REDACTED : slice(item, inner, depth + 1);
      const to = sliced instanceof Promise ? await sliced : sliced;
      const called = mask(name);
      isSame &&= to === item && called === name;
      members.push([called, to]);
    }
    return isSame ? value : Object.fromEntries(members);
  };

  return {
    redact: (value: Json) => redact(value, 0),
    redactInSlices: async (value: Json) => slice(value, isSecret, 0),
  };
}

/** The entries of an object before one of its names. */
function entriesBefore(object: JsonObject, name: string): [string, Json][] {
  const entries = Object.entries(object);
  return entries.slice(
    0,
    entries.findIndex(([one]) => one === name),
  );
}

/** The object or list that a text says; undefined where it says none. */
function jsonIn(text: string): Json | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return parseBounded(text, BODY_BOUNDS);
  } catch {
    return undefined;
  }
}
