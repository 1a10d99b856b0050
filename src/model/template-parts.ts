/** A piece of a text that may hold `${{ … }}`. `offset` counts characters from the start of the text as written. */
export type TemplatePart =
  | { readonly kind: "text"; readonly text: string; readonly offset: number }
  /** The text between `${{` and `}}`; `offset` is where that text begins. */
  | { readonly kind: "expression"; readonly text: string; readonly offset: number }
  /** A `${{` without its end. */
  | { readonly kind: "unclosed"; readonly text: string; readonly offset: number };

const OPENING = "${{";
const ESCAPED = "$${{";

/**
 * Splits a text at its `${{ … }}`. An expression ends at the first `}}` outside brackets and quotes; `$${{` is a literal
 * `${{`. Joining the parts' texts is not the original: escapes are undone.
 *
 *     "Hi ${{ trigger.user.name }}!" → text "Hi ", expression " trigger.user.name ", text "!"
 *
 * @see docs/workflows.md, "Expressions"
 */
export function templateParts(text: string): TemplatePart[] {
  const parts: TemplatePart[] = [];
  let plain = "";
  let plainFrom = 0;
  let at = 0;
  const flush = () => {
    if (plain !== "") parts.push({ kind: "text", text: plain, offset: plainFrom });
    plain = "";
  };
  while (at < text.length) {
    if (text.startsWith(ESCAPED, at)) {
      plain += OPENING;
      at += ESCAPED.length;
    } else if (text.startsWith(OPENING, at)) {
      flush();
      const from = at + OPENING.length;
      const end = expressionEnd(text, from);
      if (end === null) return [...parts, { kind: "unclosed", text: text.slice(at), offset: at }];
      parts.push({ kind: "expression", text: text.slice(from, end), offset: from });
      at = plainFrom = end + 2;
    } else {
      plain += text[at++];
    }
  }
  flush();
  return parts;
}

/** Where the `}}` stands that ends an expression, or null. */
function expressionEnd(text: string, from: number): number | null {
  let depth = 0;
  let at = from;
  while (at < text.length) {
    const char = text[at] as string;
    if (char === '"' || char === "'") {
      at = afterQuoted(text, at);
      continue;
    }
    if (depth === 0 && text.startsWith("}}", at)) return at;
    if ("([{".includes(char)) depth++;
    // A bracket too many is the expression's own mistake; its end is found all the same.
    if (")]}".includes(char)) depth = Math.max(0, depth - 1);
    at++;
  }
  return null;
}

/** The place behind a quoted CEL string that begins at `at`: `'…'`, `"…"`, triple. */
function afterQuoted(text: string, at: number): number {
  const quote = text[at] as string;
  const fence = text.startsWith(quote.repeat(3), at) ? quote.repeat(3) : quote;
  let next = at + fence.length;
  while (next < text.length && !text.startsWith(fence, next)) {
    next += text[next] === "\\" ? 2 : 1;
  }
  return next + fence.length;
}
