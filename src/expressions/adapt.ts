import type { ASTNode, ParseResult } from "@marcbachmann/cel-js";
import { ownName } from "./own-function.ts";
import { children } from "./path.ts";
import { ownTextMethods } from "./texts.ts";
import { ownTimeMethods } from "./times.ts";

/** Parses an expression; see `Environment.parse` of cel-js. */
type Parse = (text: string) => ParseResult;

/** Functions of cel-js that ours stand in for. */
const OWN_FUNCTIONS: ReadonlySet<string> = new Set(["double", "timestamp"]);

const ARITHMETIC: ReadonlySet<string> = new Set(["+", "-", "*", "/"]);

/**
 * Fits a parsed expression, in place and before its first evaluation, where cel-js offers no way to override it:
 *
 *     text.matches(p) → the same on RE2, in linear time
 *     double(x)       → the same, but "inf" and "nan" err
 *     timestamp(text) → the same, strictly as RFC 3339 has it
 *     t.getHours(z)   → the same, by the zone and not by the machine's
 *     s.substring(1)  → the same, by code points
 *     a * b           → dyn(a) * b: so that our own operators are taken, which err at results that are not finite
 *     c ? a : b       → c ? dyn(a) : dyn(b): branches may be of two types, `1 : 2.5`, `"a" : null`
 */
export function adapt(parsed: ParseResult, parse: Parse): ParseResult {
  const visit = (node: ASTNode): void => {
    if (node.op === "rcall" && isOwnMethod(node.args[0], node.args[2].length)) {
      node.args[0] = ownName(node.args[0]);
    }
    if (node.op === "call" && OWN_FUNCTIONS.has(node.args[0])) {
      node.args[0] = ownName(node.args[0]);
    }
    for (const child of children(node)) visit(child);
    if (ARITHMETIC.has(node.op)) loosen(node, 0, parse);
    if (node.op === "?:") loosenBranches(node, parse);
  };
  visit(parsed.ast);
  return parsed;
}

const isOwnMethod = (name: string, parameters: number): boolean =>
  name === "matches" || ownTextMethods.has(name) || ownTimeMethods.has(`${name}/${parameters}`);

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
function loosen(node: ASTNode, index: number, parse: Parse): void {
  const operands = node.args as ASTNode[];
  const operand = operands[index];
  const wrapper = parse("dyn(0)").ast;
  if (operand === undefined || wrapper.op !== "call") return;
  wrapper.args[1][0] = operand;
  operands[index] = wrapper;
}
