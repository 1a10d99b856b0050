import type { Scalar } from "yaml";

/**
 * Where in the file the nth character of a scalar's value stands. Quotes, escapes, folded lines and the indentation of
 * blocks are stepped over.
 */
export function offsetInFile(scalar: Scalar, offset: number): number {
  const start = scalar.range?.[0] ?? 0;
  const written = scalar.srcToken && "source" in scalar.srcToken ? scalar.srcToken.source : "";
  const value = String(scalar.value);
  const block = scalar.type === "BLOCK_LITERAL" || scalar.type === "BLOCK_FOLDED";
  const base = block ? blockStart(scalar, start) : start;
  const escapes = scalar.type === "QUOTE_DOUBLE";
  let at = scalar.type?.startsWith("QUOTE") ? 1 : 0;
  for (let index = 0; index < offset; index++) at = after(written, at, value[index] ?? "", escapes);
  return base + skipIndent(written, at, value[offset] ?? "");
}

/** The place behind the written form of one character. */
function after(written: string, at: number, char: string, escapes: boolean): number {
  const next = skipIndent(written, at, char);
  if (written[next] === char)
    return char === "'" && written[next + 1] === "'" ? next + 2 : next + 1;
  if (escapes && written[next] === "\\") return next + escapeLength(written[next + 1] ?? "");
  return next + 1;
}

/** Folded text has one space where the file has a line break and indentation. */
function skipIndent(written: string, at: number, char: string): number {
  const blank = /\s/.test(char);
  let next = at;
  while (next < written.length && /\s/.test(written[next] ?? "")) {
    if (blank && !/\s/.test(written[next + 1] ?? "")) return next;
    if (blank && written[next] === char) return next;
    next++;
  }
  return next;
}

const escapeLength = (letter: string) => ({ x: 4, u: 6, U: 10 })[letter] ?? 2;

/** A block's text begins on the line below its `|` or `>`. */
function blockStart(scalar: Scalar, start: number): number {
  const header = scalar.srcToken && "props" in scalar.srcToken ? scalar.srcToken.props : [];
  const length = header.reduce(
    (sum, token) => sum + ("source" in token ? token.source.length : 0),
    0,
  );
  return start + length;
}
