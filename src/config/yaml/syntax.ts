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

/**
 * Whether brackets and braces are nested more than 1000 deep. Asked before the file is parsed: the parser recurses, and an
 * engine that compiles a regular expression at the end of its stack ends the process.
 */
export function isTooDeep(text: string): boolean {
  let depth = 0;
  for (const token of new Lexer().lex(text)) {
    if (token === "[" || token === "{") depth += 1;
    else if (token === "]" || token === "}") depth -= 1;
    if (depth > 1000) return true;
  }
  return false;
}
