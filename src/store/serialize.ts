import { type Json, type JsonObject, jsonText } from "../model/json.ts";
import { jsonSize } from "../model/json-size.ts";
import { jsonTextInSlices } from "../model/json-slices.ts";
import type { Redact, RedactInSlices } from "../model/secrets.ts";

/** Redacted JSON text; a marker where it is over the limit. */
export type Serialize = (value: Json) => string;

/**
 * Makes what turns values into the texts that the history serializers.
 *
 *     { "title": "ab", "token": "x" }  → '{"title":"ab","token":"[redacted]"}'
 *     what has more bytes than `limit` → '{"truncated":true,"bytes":1048577}'
 *
 * @param limitNow bytes of UTF-8 that one value may have; `Infinity` serializes it whole
 */
export function serializer(redact: Redact, limitNow: () => number): Serialize {
  return (value) => {
    if (value === null) return "null";
    const limit = limitNow();
    // A value that becomes a marker need not be searched for secrets.
    const whole = jsonSize(value, limit) > limit ? Buffer.byteLength(jsonText(value)) : 0;
    if (whole > limit) return mark(whole);
    const text = jsonText(redact(value));
    // Counting bytes costs; a character has three at most.
    if (text.length * 3 <= limit) return text;
    const bytes = Buffer.byteLength(text);
    return bytes <= limit ? text : mark(bytes);
  };
}

const mark = (bytes: number) => JSON.stringify({ truncated: true, bytes });

/** The ways to keep a value. */
export interface Serializers {
  /** For values that are only shown: a value that is too large becomes a marker. */
  readonly serialize: Serialize;
  /** For values that runs are resumed from. */
  readonly serializeWhole: Serialize;
  readonly keepContext: KeepContext;
}

/** The context of a run as the history keeps it, redacted and whole: runs are resumed from it. */
export interface KeptContext {
  readonly trigger: JsonObject;
  /** JSON. */
  readonly text: string;
}

/** Gives it. A context may be as large as a request: others get their turn meanwhile. */
export type KeepContext = (trigger: JsonObject) => Promise<KeptContext>;

/** Makes what keeps contexts. */
export const contextKeeper =
  (redact: RedactInSlices): KeepContext =>
  async (trigger) => {
    const kept = (await redact(trigger)) as JsonObject;
    return { trigger: kept, text: await jsonTextInSlices(kept) };
  };
