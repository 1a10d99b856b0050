import type { ASTNode, ParseResult } from "@marcbachmann/cel-js";
import { ownName } from "./own-function.ts";
import { type KnownTypes, below, typeOf } from "./types.ts";

/** Parses an expression; see `Environment.parse` of cel-js. */
type Parse = (text: string) => ParseResult;

/** cel-js's word for the type of a value; null where it is not known, or an object. */
export function leafType(node: ASTNode, types: KnownTypes): string | null {
  if (node.op !== "id" && node.op !== "." && node.op !== "[]") return null;
  const type = typeOf(node, types);
  return type === null || type.kind === "any" || type.kind === "object" ? null : WORDS[type.kind];
}

const WORDS = { text: "string", number: "double", boolean: "bool", list: "list" } as const;

/** The names that stand for a value of a known type while an expression is checked. No expression has them. */
export const LEAF_NAMES: readonly (readonly [type: string, name: string])[] = Object.values(
  WORDS,
).map((type) => [type, ownName(type)]);

/** Operators that take an integer of JSON for one of CEL: an index, an item of a list. */
const MIXING: ReadonlySet<string> = new Set(["[]", "[?]", "in"]);

/**
 * Puts a variable of its type into the place of each value whose type is known, in place, so that cel-js finds operators and
 * functions that can't take it. Only for checking.
 */
export function withTypedLeaves(parsed: ParseResult, types: KnownTypes, parse: Parse): ParseResult {
  if (types.size === 0) return parsed;
  const leafOf = (node: ASTNode, known: KnownTypes, mixes: boolean): ASTNode | null => {
    const type = leafType(node, known);
    if (type === null || (mixes && type === WORDS.number)) return null;
    return Object.assign(parse(ownName(type)).ast, { start: node.start, end: node.end });
  };
  /** @param mixes whether integers may stand where numbers of JSON do, which cel-js tells apart when it checks */
  const visit = (node: ASTNode, known: KnownTypes, mixes: boolean): void => {
    const isHas = node.op === "call" && node.args[0] === "has";
    const replaced = new Map<ASTNode, ASTNode>();
    const within = MIXING.has(node.op) || (mixes && node.op === "list");
    for (const [child, inner] of below(node, known)) {
      const leaf = isHas ? null : leafOf(child, inner, within);
      if (leaf === null) visit(child, inner, within);
      else replaced.set(child, leaf);
    }
    if (replaced.size > 0) put(node, replaced);
  };
  visit(parsed.ast, types, false);
  return parsed;
}

/** Puts nodes into the places of others right below one. */
function put(node: ASTNode, replaced: ReadonlyMap<ASTNode, ASTNode>): void {
  const changed = (args: unknown): unknown =>
    Array.isArray(args) ? args.map(changed) : (replaced.get(args as ASTNode) ?? args);
  Object.assign(node, { args: changed(node.args) });
}
