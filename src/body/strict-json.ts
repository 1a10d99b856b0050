import { setImmediate as nextTurn } from "node:timers/promises";
import { GatewayError } from "../model/errors.ts";
import { type Json, parseJson } from "../model/json.ts";
import { BODY_BOUNDS, stringEnd } from "../model/json-bounds.ts";
import { excess } from "../model/json-excess.ts";

/**
 * Parses JSON that every reader understands alike. Refused, beside what is not JSON: two members of one name in an object,
 * a `__proto__` name, a byte order mark, a number beyond a double, and more than `BODY_BOUNDS` allow (RFC 8259, section 4;
 * RFC 7493). Others are served while a long text is looked at.
 * @throws {GatewayError} BAD_JSON, with line and column
 */
export async function parseStrictJson(text: string): Promise<Json> {
  if (text.startsWith("\ufeff")) throw bad("it begins with a byte order mark", text, 0);
  const beyond = await excess(text, BODY_BOUNDS);
  if (beyond !== null) throw bad(beyond.what, text, beyond.at);
  for (const _ of check(text)) await nextTurn();
  const value = parse(text);
  if (text.length > STRIDE) await nextTurn();
  return value;
}

/** Whether a text that is not declared as JSON is an object or a list in JSON, or was meant to be an object. */
export async function looksLikeJson(text: string): Promise<boolean> {
  if (/^\s*\{\s*"/.test(text)) return true;
  if (!/^\s*[[{]/.test(text)) return false;
  // A text that is beyond bounds counts as JSON: to parse it would take too long.
  if ((await excess(text, BODY_BOUNDS)) !== null) return true;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function parse(text: string): Json {
  try {
    return parseJson(text);
  } catch (error) {
    const { message } = error as Error;
    const position = /position (\d+)/.exec(message)?.[1];
    const end = /end of JSON/.test(message) ? text.length : 0;
    throw bad("it is malformed", text, position === undefined ? end : Number(position));
  }
}

/** Characters between two moments in which others are served. */
const STRIDE = 250_000;

/** One pass over a text, for what parsing lets through. Pauses from time to time. What is malformed is left to parsing. */
function* check(text: string): Generator<void> {
  // A set of the names of each object that is open; null for an array.
  const open: (Set<string> | null)[] = [];
  let expectsName = false;
  let next = STRIDE;
  let at = 0;
  while (at < text.length) {
    if (at >= next) {
      yield;
      next = at + STRIDE;
    }
    const char = text[at] as string;
    if (char === '"') {
      const end = stringEnd(text, at);
      const names = open.at(-1);
      if (expectsName && names) takeName(text, at, end, names);
      expectsName = false;
      at = end;
    } else if (char === "{" || char === "[") {
      open.push(char === "{" ? new Set() : null);
      expectsName = char === "{";
      at++;
    } else if (char === "}" || char === "]") {
      open.pop();
      at++;
    } else if (char === ",") {
      expectsName = open.at(-1) !== null;
      at++;
    } else if (char === "-" || (char >= "0" && char <= "9")) {
      at = numberEnd(text, at);
    } else {
      at++;
    }
  }
}

function takeName(text: string, from: number, to: number, names: Set<string>): void {
  const written = text.slice(from + 1, to - 1);
  const name = written.includes("\\") ? unescaped(text.slice(from, to)) : written;
  if (name === "__proto__") throw bad('it has the name "__proto__"', text, from);
  if (names.has(name))
    throw bad(`it has the name "${name.slice(0, 100)}" twice in one object`, text, from);
  names.add(name);
}

/** The value of a JSON string; a malformed one stays as it is written. */
function unescaped(string: string): string {
  try {
    return JSON.parse(string) as string;
  } catch {
    return string;
  }
}

/** The longest number that a double can need: 309 digits before the point, or 1,074 behind it. */
const LONGEST_NUMBER = 1_100;

function numberEnd(text: string, from: number): number {
  let at = from + 1;
  while (at - from <= LONGEST_NUMBER && at < text.length && NUMERIC.includes(text[at] as string))
    at++;
  // Only an exponent or hundreds of digits can be too much.
  if (at - from > 300 || /[eE]/.test(text.slice(from, at))) {
    if (at - from > LONGEST_NUMBER || Math.abs(Number(text.slice(from, at))) === Infinity) {
      throw bad("it has a number beyond a double", text, from);
    }
  }
  return at;
}

const NUMERIC = "0123456789+-.eE";

function bad(what: string, text: string, offset: number): GatewayError {
  let line = 1;
  let begin = 0;
  for (let at = 0; at < offset; at++) {
    if (text.charCodeAt(at) !== LINE_FEED) continue;
    line++;
    begin = at + 1;
  }
  return new GatewayError(
    "BAD_JSON",
    `The body is not usable JSON: ${what} (line ${line}, column ${offset - begin + 1})`,
  );
}

const LINE_FEED = 0x0a;
