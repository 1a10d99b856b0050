import { type Json, type JsonObject, jsonText, parseJson } from "../model/json.ts";

/**
 * A value of a row as JSON: a time is RFC 3339, bytes are base64, an integer is a bigint only outside ±2^53. What JSON has no
 * word for (NaN) is null.
 */
export function jsonOf(value: unknown): Json {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      return Number.isFinite(value) ? value : null;
    case "bigint":
      return Number.isSafeInteger(Number(value)) ? Number(value) : value;
    case "object":
      return value === null ? null : jsonOfObject(value);
    default:
      return null;
  }
}

function jsonOfObject(value: object): Json {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  return Array.isArray(value) ? value.map(jsonOf) : rowOf(value);
}

/** A row as JSON. */
export const rowOf = (row: object): JsonObject =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, jsonOf(value)]));

/** Digits as a number: `"12"`, `"50755254975729665"`, `"10.50"`. A text that is not a JSON number stays one: `"NaN"`. */
export const numberOf = (text: string): Json => orText(text, /^-?\d/);

/** The value of JSON text. */
export const parsedOf = (text: string): Json => orText(text, /^/);

function orText(text: string, beginning: RegExp): Json {
  if (!beginning.test(text)) return text;
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}

/** `2026-03-01 12:30:00` → `2026-03-01T12:30:00`: a time without a zone, as RFC 3339 has it but for the offset. */
export const localTimeOf = (text: string): string => text.replace(/^(\S+) (?=\d)/, "$1T");

/** A value as any driver takes it: lists and objects are JSON text. */
export const bound = (value: Json): null | boolean | number | bigint | string =>
  typeof value === "object" && value !== null ? jsonText(value) : value;
