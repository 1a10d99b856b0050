import { type ErrorCode, Lexer, type YAMLParseError } from "yaml";

/**
 * The first error of syntax in a document, by its place; undefined when there is none. Later ones mostly follow from it.
 */
export function firstSyntaxError(
  errors: readonly YAMLParseError[],
): { readonly offset: number; readonly message: string } | undefined {
  const [first] = errors.toSorted((a, b) => a.pos[0] - b.pos[0]);
  if (first === undefined) return undefined;
  const [line = ""] = first.message.split("\n", 1);
  const hint = HINTS[first.code];
  return { offset: first.pos[0], message: hint === undefined ? line : `${line}; ${hint}` };
}

/** What would be right, where the parser tells only what is wrong. */
const HINTS: { readonly [code in ErrorCode]?: string } = {
  BLOCK_AS_IMPLICIT_KEY: `put a value that holds ": " in quotes, or on the next line after >-`,
  TAB_AS_INDENT: "indent with spaces",
  BAD_INDENT: "its lines have to begin at the same column",
};

/** Brackets and braces inside each other, at most. */
const DEEPEST = 1_000;

/**
 * Whether brackets and braces are nested deeper than that. Asked before the file is parsed: the parser recurses, and an
 * engine that compiles a regular expression at the end of its stack ends the process.
 */
export function isTooDeep(text: string): boolean {
  // As many must stand somewhere: so most files need not be looked through.
  if ((text.match(/[[{]/g)?.length ?? 0) <= DEEPEST) return false;
  let depth = 0;
  for (const token of new Lexer().lex(text)) {
    if (token === "[" || token === "{") depth += 1;
    else if (token === "]" || token === "}") depth -= 1;
    if (depth > DEEPEST) return true;
  }
  return false;
}
