import { type Json, type JsonObject, jsonText } from "../model/json.ts";
import { jsonSize } from "../model/json-size.ts";
import { jsonTextInSlices } from "../model/json-slices.ts";
import type { Redact, RedactInSlices } from "../model/secrets.ts";

/** Redacted JSON text; a marker where it is over the limit. @param by what redacts it; default: what hides the secrets of all runs */
export type Serialize = (value: Json, by?: Redact) => string;

/**
 * Makes what turns values into the texts that the history serializers.
 *
 *     { "title": "ab", "token": "x" }  → '{"title":"ab","token":"[redacted]"}'
 *     what has more bytes than `limit` → '{"truncated":true,"bytes":1048577}'
 *
 * @param limitNow bytes of UTF-8 that one value may have; `Infinity` serializes it whole
 */
function serializer(redact: Redact, limitNow: () => number): Serialize {
  return (value, by = redact) => {
    if (value === null) return "null";
    const limit = limitNow();
    // A value that becomes a marker need not be searched for secrets.
    const whole = jsonSize(value, limit) > limit ? Buffer.byteLength(jsonText(value)) : 0;
    if (whole > limit) return mark(whole);
    const text = jsonText(by(value));
    // Counting bytes costs; a character has three at most.
    if (text.length * 3 <= limit) return text;
    const bytes = Buffer.byteLength(text);
    return bytes <= limit ? text : mark(bytes);
  };
}

const mark = (bytes: number) => JSON.stringify({ truncated: true, bytes });

/** A value that a run is resumed from, whole, as the history keeps it. */
export interface Kept {
  /** JSON, redacted. */
  readonly text: string;
  /** Whether a secret is hidden in it, so that the run needs the value sealed as well. */
  readonly hides: boolean;
}

/** The ways to keep a value. */
export interface Serializers {
  /** For values that are only shown: a value that is too large becomes a marker. */
  readonly serialize: Serialize;
  /** For values that are whole, also where nothing is resumed from them. */
  readonly serializeWhole: Serialize;
  readonly keep: (value: Json, by?: Redact) => Kept;
  readonly keepContext: KeepContext;
  readonly redact: Redact;
  readonly redactInSlices: RedactInSlices;
}

/** A context as it is kept. */
export interface KeptContext extends Kept {
  /** The value that `text` says. */
  readonly shown: Json;
}

/**
 * Gives it. A context may be as large as a request: others get their turn meanwhile.
 * @param by hides what the run hides that it comes from
 */
export type KeepContext = (trigger: JsonObject, by?: Redact | null) => Promise<KeptContext>;

/** Makes what keeps contexts. */
export const contextKeeper =
  (redact: RedactInSlices): KeepContext =>
  async (trigger, by = null) => {
    const seen = await redact(trigger);
    const shown = by === null ? seen : by(seen);
    return { text: await jsonTextInSlices(shown), hides: shown !== trigger, shown };
  };

/** Makes all of them. @param limitNow bytes of UTF-8 of a value that is only shown */
export function serializersOf(
  redact: Redact,
  redactInSlices: RedactInSlices,
  limitNow: () => number,
): Serializers {
  return {
    serialize: serializer(redact, limitNow),
    serializeWhole: serializer(redact, () => Infinity),
    keep(value, by = redact) {
      const shown = by(value);
      return { text: jsonText(shown), hides: shown !== value };
    },
    keepContext: contextKeeper(redactInSlices),
    redact,
    redactInSlices,
  };
}
