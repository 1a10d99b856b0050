import type { ASTNode, ParseResult } from "@marcbachmann/cel-js";
import { FINITE_DOUBLE, RE2_MATCHES } from "./functions.ts";
import { children } from "./path.ts";

/** Parses an expression; see `Environment.parse` of cel-js. */
type Parse = (text: string) => ParseResult;

const ARITHMETIC: ReadonlySet<string> = new Set(["+", "-", "*", "/"]);

/**
 * Fits a parsed expression, in place and before its first evaluation, to what cel-js lets nobody override:
 *
 *     text.matches(p) → the same on RE2, in linear time
 *     double(x)       → the same, but "inf" and "nan" err
 *     a * b           → dyn(a) * b: so that our own operators are taken, which err at what is not finite
 *     c ? a : b       → c ? dyn(a) : dyn(b): branches may be of two types, `1 : 2.5`, `"a" : null`
 */
export function adapt(parsed: ParseResult, parse: Parse): ParseResult {
  const visit = (node: ASTNode): void => {
    if (node.op === "rcall" && node.args[0] === "matches") node.args[0] = RE2_MATCHES;
    if (node.op === "call" && node.args[0] === "double") node.args[0] = FINITE_DOUBLE;
    for (const child of children(node)) visit(child);
    if (ARITHMETIC.has(node.op)) loosen(node, 0, parse);
    if (node.op === "?:") loosenBranches(node, parse);
  };
  visit(parsed.ast);
  return parsed;
}

/** Lets the branches of every `c ? a : b` be of two types, in place. */
export function loosenTernaries(parsed: ParseResult, parse: Parse): ParseResult {
  const visit = (node: ASTNode): void => {
    for (const child of children(node)) visit(child);
    if (node.op === "?:") loosenBranches(node, parse);
  };
  visit(parsed.ast);
  return parsed;
}

function loosenBranches(node: ASTNode, parse: Parse): void {
  loosen(node, 1, parse);
  loosen(node, 2, parse);
}

/** Puts `dyn(…)` around an operand. */
function loosen(node: ASTNode, place: number, parse: Parse): void {
  const operands = node.args as ASTNode[];
  const operand = operands[place];
  const wrapper = parse("dyn(0)").ast;
  if (operand === undefined || wrapper.op !== "call") return;
  wrapper.args[1][0] = operand;
  operands[place] = wrapper;
}
