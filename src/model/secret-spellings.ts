import { withoutResumeTokens } from "./resume-token.ts";
import { REDACTED } from "./secrets.ts";

/** A shorter secret would hide words that are none. In characters. */
const SHORTEST = 6;

/** Hides secrets in a text. */
type Mask = (text: string) => string;

/**
 * Makes what hides secrets wherever they stand in a text, however they are spelt: plain, escaped as in JSON,
 * percent-encoded in part or whole, in base64 as a part of anything. Compiled once; a text is looked through once or twice.
 *
 *     spellingsOf(["s3cret/key"])("Basic bWU6czNjcmV0L2tleQ== ?k=s3cret%2Fkey") → "Basic [redacted] ?k=[redacted]"
 */
export function spellingsOf(secrets: readonly string[]): Mask {
  const mask = secretMask(secrets);
  return (text) => withoutResumeTokens(mask(text));
}

function secretMask(secrets: readonly string[]): Mask {
  // One that ends in a line break, as a file does, is often sent without it.
  const all = new Set(secrets.flatMap((secret) => [secret, secret.trim()]));
  const hidden = [...all].filter((text) => text.length >= SHORTEST && text.trim() !== "");
  if (hidden.length === 0) return (text) => text;
  hidden.sort((one, other) => other.length - one.length);
  const encodings = hidden.flatMap(inBase64);
  const suspect = new RegExp(
    [...hidden.map(escaped), ...encodings.map(({ core }) => core)].join("|"),
  );
  const plain = anyOf([...hidden.map(escaped), ...encodings.map(({ whole }) => whole)]);
  const encoded = anyOf(hidden.map(inAnyEscape));
  return (text) => {
    // Most texts hold none, which is known sooner without the digits around.
    const shown = suspect.test(text) ? text.replace(plain, REDACTED) : text;
    return ESCAPES.test(shown) ? shown.replace(encoded, REDACTED) : shown;
  };
}

/** Without one of these, nothing in a text is escaped. */
const ESCAPES = /[%\\+]/;

const anyOf = (patterns: readonly string[]) => new RegExp(patterns.join("|"), "g");

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");

/** Each character plain, or as JSON and URLs escape it: `/` is `/`, `\/`, `\u002f`, `%2F` or `%252f`. */
function inAnyEscape(secret: string): string {
  return Array.from(secret, (char) => `(?:${formsOf(char).join("|")})`).join("");
}

function formsOf(char: string): string[] {
  const units = Array.from({ length: char.length }, (_, at) => char.charCodeAt(at));
  const forms = [
    escaped(char),
    units.map((unit) => `\\\\{1,4}u${hex(unit, 4)}`).join(""),
    [...Buffer.from(char)].map((byte) => `%(?:25){0,3}${hex(byte, 2)}`).join(""),
  ];
  if (char === " ") forms.push("\\+");
  const short = SHORT_ESCAPES.get(char);
  if (short !== undefined) forms.push(`\\\\{1,4}${short}`);
  return forms;
}

/** The characters that JSON writes behind a backslash, as a pattern. RFC 8259, section 7. */
const SHORT_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["\\", "\\\\"],
  ["/", "\\/"],
  ["\b", "b"],
  ["\f", "f"],
  ["\n", "n"],
  ["\r", "r"],
  ["\t", "t"],
]);

/** A number in hexadecimal digits of either case, as a pattern. */
const hex = (value: number, digits: number) =>
  value
    .toString(16)
    .padStart(digits, "0")
    .replace(/[a-f]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);

/** A form in base64, as patterns: the digits that hold nothing else, and with those at its ends. */
interface Encoding {
  readonly core: string;
  readonly whole: string;
}

/**
 * The forms of a text within base64: three of them, for each place that it may begin at in a group of three bytes. A digit at
 * either end that holds some of its bits and some of its neighbour's may be any.
 */
function inBase64(secret: string): Encoding[] {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].map((offset) => {
    const digits = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString("base64")
      .replace(/=/g, "");
    const bits = (offset + bytes.length) * 8;
    const own = digits.slice(Math.ceil((offset * 8) / 6), Math.floor(bits / 6));
    const before = offset === 0 ? "" : DIGIT;
    const after = bits % 6 === 0 ? "" : `(?:${DIGIT})?`;
    const core = Array.from(own, digit).join("");
    return { core, whole: `${before}${core}${after}(?:=|%3[dD]){0,2}` };
  });
}

const DIGIT = "(?:[A-Za-z0-9+/_-]|%2[bBfF])";

/** A digit in both alphabets (RFC 4648, sections 4 and 5), escaped or not. */
function digit(char: string): string {
  if (char === "+") return "(?:[+-]|%2[bB])";
  return char === "/" ? "(?:\\\\?/|_|%2[fF])" : char;
}
