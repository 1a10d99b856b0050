import { type JsonBounds, isWithin, stringEnd } from "./json-bounds.ts";

/** Any value that JSON can carry. An integer outside ±2^53, which a number can't hold, is a bigint. */
export type Json = null | boolean | number | bigint | string | readonly Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [name: string]: Json;
}

/** A JSON text, and what it says. The text keeps what a double can't: `12345678901234567890`, `1.0`. */
export interface JsonText {
  readonly text: string;
  readonly value: Json;
}

/** Whether a value is a JSON object: not null, not an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * What a JSON text says. Everything is as `JSON.parse` has it, except that no integer is rounded:
 *
 *     {"id":50755254975729665} → { id: 50755254975729665n }
 *     [1, 1.5, 1e30]           → [1, 1.5, 1e30]
 * @throws {SyntaxError} when it is malformed, with the position that `JSON.parse` names
 */
export function parseJson(text: string): Json {
  const marked = hasLongNumber(text) ? withMarks(text) : text;
  if (marked === text) return JSON.parse(text) as Json;
  try {
    return JSON.parse(marked, unmark) as Json;
  } catch {
    return JSON.parse(text) as Json;
  }
}

/**
 * The same of a text that came from outside, which parsing could take seconds for.
 * @throws {SyntaxError} when it is malformed, or goes beyond its bounds
 */
export function parseBounded(text: string, bounds: JsonBounds): Json {
  if (!isWithin(text, bounds))
    throw new SyntaxError("the JSON nests too deep, or has too many values");
  return parseJson(text);
}

/** A value as JSON text, without white space. A bigint is written digit by digit. */
export function jsonText(value: Json): string {
  try {
    return JSON.stringify(value);
  } catch {
    return JSON.stringify(value, markBigint).replace(MARKED, "$1");
  }
}

/** The least digits that an integer outside ±2^53 has. */
const LONG = 16;

/** Whether a text has so many digits in a row. Looks at every sixteenth character only, since one of them is among those. */
function hasLongNumber(text: string): boolean {
  for (let at = LONG - 1; at < text.length; at += LONG) {
    if (!isDigit(text, at)) continue;
    let from = at;
    while (isDigit(text, from - 1)) from--;
    let to = at;
    while (to - from < LONG - 1 && isDigit(text, to + 1)) to++;
    if (to - from >= LONG - 1) return true;
  }
  return false;
}

/** False outside the text. */
function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}

/** Stands before the digits of a large integer while it is a string. Random, so that no text has it by design. */
const MARK = `integer-${crypto.randomUUID()}:`;

const MARKED = new RegExp(`"${MARK}(-?\\d+)"`, "g");

/** The most digits that are looked at: more are beyond a double too, and a bigint of them takes long to make. */
const LONGEST = 310;

/** A JSON text with its large integers as marked strings. What looks like a number inside a string is none. */
function withMarks(text: string): string {
  let marked = "";
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '"') at = stringEnd(text, at) - 1;
    if (!isDigit(text, at)) continue;
    const end = numberEnd(text, at);
    const begin = text[at - 1] === "-" ? at - 1 : at;
    const token = text.slice(begin, end);
    if (end - at <= LONGEST && /^-?\d{16,}$/.test(token) && isLarge(BigInt(token))) {
      marked += `${text.slice(from, begin)}"${MARK}${token}"`;
      from = end;
    }
    at = end;
  }
  return from === 0 ? text : marked + text.slice(from);
}

function numberEnd(text: string, from: number): number {
  let at = from;
  while (isDigit(text, at) || (at < text.length && ".eE+-".includes(text[at] as string))) at++;
  return at;
}

/** Whether an integer is outside ±2^53, where numbers have gaps. */
const isLarge = (integer: bigint): boolean => integer > 2n ** 53n || integer < -(2n ** 53n);

const unmark = (_name: string, value: unknown): unknown =>
  typeof value === "string" && value.startsWith(MARK) ? BigInt(value.slice(MARK.length)) : value;

const markBigint = (_name: string, value: unknown): unknown =>
  typeof value === "bigint" ? `${MARK}${value}` : value;
