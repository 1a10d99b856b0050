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
 * The value of a JSON text. Everything is as `JSON.parse` has it, except that no integer is rounded:
 *
 *     {"id":50755254975729665} → { id: 50755254975729665n }
 *     [1, 1.5, 1e30]           → [1, 1.5, 1e30]
 * @throws {SyntaxError} when it is malformed, with the position that `JSON.parse` names
 */
export function parseJson(text: string): Json {
  const marked = hasLongNumber(text) ? withMarks(text) : text;
  if (marked === text) return JSON.parse(text) as Json;
  try {
    return unmarked(JSON.parse(marked) as Json);
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

/** The text with a mark before each large integer. Digits inside a string are not numbers. */
function withMarks(text: string): string {
  let marked = "";
  let at = 0;
  while (at < text.length) {
    const quote = text.indexOf('"', at);
    const outside = text.slice(at, quote < 0 ? text.length : quote);
    const end = quote < 0 ? text.length : stringEnd(text, quote);
    marked += outside.length < LONG ? outside : outside.replace(NUMBER, markLarge);
    if (quote >= 0) marked += text.slice(quote, end);
    at = end;
  }
  return marked;
}

const NUMBER = /-?\d[\d.eE+-]*/g;

/**
 * Stands before the digits of a large integer while it is a string. Random, so that no text has it by design. Browsers have
 * `randomUUID` only where a page came over HTTPS or from their own machine.
 */
const MARK = `integer-${crypto.getRandomValues(new Uint32Array(2)).join("-")}:`;

const MARKED = new RegExp(`"${MARK}(-?\\d+)"`, "g");

/** The longest number that is looked at: more digits are beyond a double too, and a bigint of them takes long to make. */
const LONGEST = 310;

const markLarge = (token: string): string =>
  token.length >= LONG && token.length <= LONGEST && isLarge(token) ? `"${MARK}${token}"` : token;

/** Whether a number is an integer outside ±2^53, where doubles have gaps. */
function isLarge(token: string): boolean {
  const digits = token.startsWith("-") ? token.slice(1) : token;
  if (!/^[1-9]\d*$/.test(digits)) return false;
  return digits.length > LONG || (digits.length === LONG && digits > "9007199254740992");
}

/** A value with its marked strings made bigints, in place. @throws {SyntaxError} where a number stands for a name */
function unmarked(value: Json): Json {
  const whole = [value];
  const open: unknown[] = [whole];
  for (let inside = open.pop(); inside !== undefined; inside = open.pop()) {
    const holder = inside as Record<string, unknown>;
    for (const name of Object.keys(holder)) {
      if (name.startsWith(MARK)) throw new SyntaxError(name);
      const item = holder[name];
      if (typeof item === "object" && item !== null) open.push(item);
      else if (typeof item === "string" && item.startsWith(MARK)) {
        put(holder, name, BigInt(item.slice(MARK.length)));
      }
    }
  }
  return whole[0] as Json;
}

/** Replaces a member. To assign to `__proto__` would replace none. */
function put(holder: Record<string, unknown>, name: string, value: bigint): void {
  if (name === "__proto__") Object.defineProperty(holder, name, { value });
  else holder[name] = value;
}

const markBigint = (_name: string, value: unknown): unknown =>
  typeof value === "bigint" ? `${MARK}${value}` : value;
