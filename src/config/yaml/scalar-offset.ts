import type { Scalar } from "yaml";

/**
 * Where in the file the nth character of a scalar's value stands. Quotes, escapes, folded lines and the indentation of
 * blocks are stepped over; a blank leads to the next character that is none.
 *
 *     title: 'It''s'   offsetInFile(text, scalar, 3) → the offset of the first of the two quotes inside
 *
 * @param text the whole file
 * @see https://yaml.org/spec/1.2.2/#chapter-7-flow-style-productions
 */
export function offsetInFile(text: string, scalar: Scalar, offset: number): number {
  const { value, written, start } = writtenForm(text, scalar);
  const escape = ESCAPES[scalar.type ?? ""] ?? notEscaped;
  let at = 0;
  let index = 0;
  // Where a line ends, blanks as written and blanks of the value have little to do with each other.
  const skipBlanks = () => {
    at += blanks(written, at);
    index += blanks(value, index);
  };
  skipBlanks();
  while (index < offset && at < written.length) {
    const { read, made } = escape(written, at);
    at += read;
    index += made;
    if (endsLine(written, at)) skipBlanks();
    while (at < written.length && escape(written, at).made === 0) at += escape(written, at).read;
  }
  return start + at;
}

/** How many characters as written are read at once, and how many of the value they make. */
type Escape = (written: string, at: number) => { readonly read: number; readonly made: number };

const notEscaped: Escape = () => ({ read: 1, made: 1 });

const ESCAPES: Readonly<Record<string, Escape>> = {
  QUOTE_SINGLE: (written, at) => ({ read: written.startsWith("''", at) ? 2 : 1, made: 1 }),
  QUOTE_DOUBLE(written, at) {
    if (written[at] !== "\\") return { read: 1, made: 1 };
    const letter = written[at + 1] ?? "";
    // A line that ends with a backslash goes on without a break.
    if (/[\r\n]/.test(letter)) return { read: 2 + blanks(written, at + 2), made: 0 };
    const digits = { x: 2, u: 4, U: 8 }[letter] ?? 0;
    const code = Number.parseInt(written.slice(at + 2, at + 2 + digits), 16);
    return { read: 2 + digits, made: code > 0xffff ? 2 : 1 };
  },
};

/** The scalar as it stands in the file, without its quotes or the header of its block. */
function writtenForm(text: string, scalar: Scalar) {
  const [from, to] = scalar.range ?? [0, 0];
  const whole = text.slice(from, to);
  const type = scalar.type ?? "PLAIN";
  const skipped = type.startsWith("BLOCK")
    ? whole.indexOf("\n") + 1
    : type.startsWith("QUOTE")
      ? 1
      : 0;
  return { value: String(scalar.value), written: whole.slice(skipped), start: from + skipped };
}

const blanks = (text: string, at: number) => matchAt(/\s*/y, text, at)?.[0].length ?? 0;

const endsLine = (text: string, at: number) => matchAt(/\s*\n/y, text, at) !== null;

function matchAt(sticky: RegExp, text: string, at: number): RegExpExecArray | null {
  sticky.lastIndex = at;
  return sticky.exec(text);
}
