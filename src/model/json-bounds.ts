/** The limits of a JSON text. */
export interface JsonBounds {
  /** How deep arrays and objects may stand in each other. */
  readonly depth: number;
  /** How many values it may have: members and elements at any depth, and itself. */
  readonly values: number;
}

/**
 * The limits of the bodies of requests. To parse so many values, and to record them, takes some 50 ms each. Other requests
 * wait that long.
 * `[[[[…` of 10 MB would take seconds.
 */
export const BODY_BOUNDS: JsonBounds = { depth: 100, values: 50_000 };

/** The limits of the answers of an upstream or a service, which are trusted to mean no harm. */
export const ANSWER_BOUNDS: JsonBounds = { depth: 500, values: 500_000 };

/** Where a text goes beyond its bounds. */
export interface Excess {
  /** `it nests deeper than 100`. */
  readonly what: string;
  /** Offset in the text. */
  readonly at: number;
}

/**
 * Whether a text stays within bounds, looked at before it is parsed as JSON, since parsing can't be interrupted. Also true of
 * a text that is malformed, which parsing tells. It takes some 2 ms a megabyte; `json-excess.ts` lets others be served
 * meanwhile.
 */
export function isWithin(text: string, bounds: JsonBounds): boolean {
  const look = lookAt(text, bounds);
  for (;;) {
    const { done, value } = look.next();
    if (done) return value === null;
  }
}

/** Characters between two pauses. */
const STRIDE = 1_000_000;

/** Looks, with a pause after each million characters. Gives where the text goes beyond its bounds; null where it does not. */
export function* lookAt(text: string, bounds: JsonBounds): Generator<void, Excess | null> {
  let depth = 0;
  let values = 1;
  let next = STRIDE;
  for (let at = 0; at < text.length; at++) {
    if (at >= next) {
      yield;
      next = at + STRIDE;
    }
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = stringEnd(text, at) - 1;
    else if (code === BRACE || code === BRACKET) {
      if (++depth > bounds.depth) return { what: `it nests deeper than ${bounds.depth}`, at };
      values++;
    } else if (code === BRACE_END || code === BRACKET_END) depth--;
    else if (code === COMMA) values++;
    if (values > bounds.values) return { what: `it has more than ${bounds.values} values`, at };
  }
  return null;
}

const [QUOTE, BRACE, BRACE_END, BRACKET, BRACKET_END, COMMA] = [0x22, 0x7b, 0x7d, 0x5b, 0x5d, 0x2c];

/** The place behind a string of a JSON text that begins at `from`; the text's end where it has none. */
export function stringEnd(text: string, from: number): number {
  let at = text.indexOf('"', from + 1);
  while (at >= 0 && isEscaped(text, at)) at = text.indexOf('"', at + 1);
  return at < 0 ? text.length : at + 1;
}

function isEscaped(text: string, quote: number): boolean {
  let slashes = 0;
  while (text[quote - 1 - slashes] === "\\") slashes++;
  return slashes % 2 === 1;
}
