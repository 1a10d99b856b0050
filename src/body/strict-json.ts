import { GatewayError } from "../model/errors.ts";
import type { Json } from "../model/json.ts";

/** The deepest nesting of a body. */
const DEEPEST = 100;

/**
 * Parses JSON that every reader understands alike. Refused, beside what is no JSON: two members of one name in an object,
 * a `__proto__` name, a byte order mark, a number beyond a double, nesting over 100 (RFC 8259, section 4; RFC 7493).
 * @throws {GatewayError} BAD_JSON, with line and column
 */
export function parseStrictJson(text: string): Json {
  if (text.startsWith("\ufeff")) throw bad("it begins with a byte order mark", text, 0);
  const value = parse(text);
  check(text);
  return value;
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    const { message } = error as Error;
    const position = /position (\d+)/.exec(message)?.[1];
    const end = /end of JSON/.test(message) ? text.length : 0;
    throw bad("it is malformed", text, position === undefined ? end : Number(position));
  }
}

/** One pass over text that is known to be JSON, for what JSON.parse lets through. */
function check(text: string): void {
  // A set of the names of each object that is open; null for an array.
  const open: (Set<string> | null)[] = [];
  let expectsName = false;
  let at = 0;
  while (at < text.length) {
    const char = text[at] as string;
    if (char === '"') {
      const end = stringEnd(text, at);
      const names = open.at(-1);
      if (expectsName && names) takeName(text, at, end, names);
      expectsName = false;
      at = end;
    } else if (char === "{" || char === "[") {
      open.push(char === "{" ? new Set() : null);
      if (open.length > DEEPEST) throw bad(`it nests deeper than ${DEEPEST}`, text, at);
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
  const name = written.includes("\\") ? (JSON.parse(text.slice(from, to)) as string) : written;
  if (name === "__proto__") throw bad('it has the name "__proto__"', text, from);
  if (names.has(name))
    throw bad(`it has the name "${name.slice(0, 100)}" twice in one object`, text, from);
  names.add(name);
}

/** The place behind a string that begins at `from`. */
function stringEnd(text: string, from: number): number {
  let at = text.indexOf('"', from + 1);
  while (isEscaped(text, at)) at = text.indexOf('"', at + 1);
  return at + 1;
}

function isEscaped(text: string, quote: number): boolean {
  let slashes = 0;
  while (text[quote - 1 - slashes] === "\\") slashes++;
  return slashes % 2 === 1;
}

function numberEnd(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && "0123456789+-.eE".includes(text[at] as string)) at++;
  // Only an exponent or hundreds of digits can be too much.
  if (at - from > 300 || /[eE]/.test(text.slice(from, at))) {
    if (!Number.isFinite(Number(text.slice(from, at)))) {
      throw bad("it has a number beyond a double", text, from);
    }
  }
  return at;
}

function bad(what: string, text: string, offset: number): GatewayError {
  const before = text.slice(0, offset);
  const line = before.split("\n").length;
  const column = offset - before.lastIndexOf("\n");
  return new GatewayError(
    "BAD_JSON",
    `The body is no usable JSON: ${what} (line ${line}, column ${column})`,
  );
}
