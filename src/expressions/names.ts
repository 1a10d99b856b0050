import type { ASTNode } from "@marcbachmann/cel-js";
import type { Mistake, Names } from "../model/expression.ts";
import type { Literals } from "./declared.ts";
import { rootsOf, unknownField, unknownIn, unknownRoot } from "./known.ts";
import { children, fieldOf, isAccess, pathOf } from "./path.ts";

/** Facts that an expression's names give about it. */
export interface NameReport {
  readonly mistakes: readonly Mistake[];
  /** Names read as `secrets.NAME`. */
  readonly secrets: readonly string[];
}

/** The functions that may be called. */
export interface KnownFunctions {
  readonly names: readonly string[];
  /** Checks of the literal texts that they are given, by their names. */
  readonly literals: ReadonlyMap<string, Literals>;
}

/** Identifiers that are CEL's own: types and namespaces. */
const CEL_NAMES: ReadonlySet<string> = new Set(
  "int uint double bool string bytes list map type null_type dyn optional cel google".split(" "),
);

/** Macros whose first argument names the variable that the others use. */
export const BINDING_MACROS: ReadonlySet<string> = new Set(
  "all exists exists_one map filter bind".split(" "),
);

/** Keys that cel-js drops from a map without a word. */
const DROPPED_KEYS: ReadonlySet<unknown> = new Set(["__proto__", "constructor", "prototype"]);

/**
 * Holds the names of an expression against those in reach: unknown roots, fields of `trigger`, steps that are not done
 * yet, variables that are not declared, functions that do not exist, literal texts that they can't take. Offsets are those of
 * the wrong word.
 */
export function readNames(ast: ASTNode, names: Names, functions: KnownFunctions): NameReport {
  const mistakes: Mistake[] = [];
  const secrets: string[] = [];
  const roots = Object.keys(rootsOf(names));

  const add = (offset: number, message: string | null) => {
    if (message !== null) mistakes.push({ offset, message });
  };

  const visit = (node: ASTNode, bound: ReadonlySet<string>): void => {
    if (node.op === "id") return name(node.args, node.start, bound);
    if (node.op === "call" || node.op === "rcall") return call(node, bound);
    if (isAccess(node)) return access(node, bound);
    if (node.op === "map") for (const [key] of node.args) mapKey(key);
    for (const child of children(node)) visit(child, bound);
  };

  const name = (word: string, offset: number, bound: ReadonlySet<string>) => {
    if (word === "secrets") add(offset, "secrets are read one by one: secrets.NAME");
    else if (!bound.has(word) && !CEL_NAMES.has(word)) add(offset, unknownRoot(word, roots));
  };

  const access = (node: ASTNode & { args: readonly unknown[] }, bound: ReadonlySet<string>) => {
    const path = pathOf(node);
    const field = fieldOf(node);
    if (path?.root === "secrets" && path.fields.length === 1 && field) return secret(field);
    if (path && field && !bound.has(path.root)) add(field.offset, unknownField(path, names));
    for (const child of children(node)) visit(child, bound);
  };

  const secret = ({ name: word, offset }: { name: string; offset: number }) => {
    if (/^[A-Z_][A-Z0-9_]*$/.test(word)) secrets.push(word);
    else
      add(offset, `secrets are environment variables: "${word}" should be capitals, digits and _`);
  };

  const mapKey = (key: ASTNode) => {
    if (key.op !== "value" || !DROPPED_KEYS.has(key.args)) return;
    add(key.start, `a map can't be given the key "${String(key.args)}"`);
  };

  const call = (node: ASTNode & { op: "call" | "rcall" }, bound: ReadonlySet<string>) => {
    const [word, receiver, args] =
      node.op === "call"
        ? [node.args[0], null, node.args[1]]
        : [node.args[0], node.args[1], node.args[2]];
    const offset = receiver === null ? node.start : node.input.indexOf(word, receiver.end);
    add(offset, unknownIn("function", word, functions.names));
    if (receiver !== null) visit(receiver, bound);
    literals(functions.literals.get(word) ?? {}, receiver === null ? args : [receiver, ...args]);
    const variable = receiver !== null && BINDING_MACROS.has(word) ? args[0] : undefined;
    if (variable?.op !== "id") return args.forEach((arg) => visit(arg, bound));
    const inner = new Set([...bound, variable.args]);
    args.slice(1).forEach((arg) => visit(arg, inner));
  };

  const literals = (checks: Literals, args: readonly ASTNode[]) => {
    for (const [at, check] of Object.entries(checks)) {
      const node = args[Number(at)];
      if (node?.op !== "value" || typeof node.args !== "string") continue;
      add(node.start, check(node.args));
    }
  };

  visit(ast, new Set());
  return { mistakes, secrets };
}
