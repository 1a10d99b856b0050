import type { ASTNode } from "@marcbachmann/cel-js";
import type { Mistake, Names, Shape } from "../model/expression.ts";
import { didYouMean } from "../model/nearest.ts";

/** What an expression's names say about it. */
export interface NameReport {
  readonly mistakes: readonly Mistake[];
  /** Names read as `secrets.NAME`. */
  readonly secrets: readonly string[];
  /** Literal patterns given to `matches`, and where they stand. */
  readonly patterns: readonly { readonly pattern: string; readonly offset: number }[];
  /** Where the method `matches` is called: the offset of its name. */
  readonly matchCalls: readonly number[];
}

const RUN_FIELDS: Shape = {
  id: "string",
  workflow: "string",
  startedAt: "string",
  attempt: "double",
};
const TURN_FIELDS: Shape = { item: "dyn", index: "double", length: "double" };
const ERROR_FIELDS: Shape = { message: "string", code: "string", step: "string" };

/** Identifiers that are CEL's own: types and namespaces. */
const CEL_NAMES = new Set(
  "int uint double bool string bytes list map type null_type dyn optional cel google".split(" "),
);

/** Macros whose first argument names the variable that the others use. */
const BINDING_MACROS = new Set(["all", "exists", "exists_one", "map", "filter", "bind"]);

/**
 * Holds the names of an expression against those in reach: unknown roots, fields of `trigger`, steps that are not done
 * yet, variables nobody declared. Offsets are those of the wrong word.
 */
export function readNames(ast: ASTNode, names: Names): NameReport {
  const mistakes: Mistake[] = [];
  const secrets: string[] = [];
  const patterns: { pattern: string; offset: number }[] = [];
  const matchCalls: number[] = [];
  const roots: Record<string, Shape> = {
    trigger: names.trigger,
    run: RUN_FIELDS,
    ...Object.fromEntries(names.loops.map((loop) => [loop, TURN_FIELDS])),
    ...(names.error && { error: ERROR_FIELDS }),
  };
  const known = [...Object.keys(roots), "steps", "vars", "secrets"];

  const visit = (node: ASTNode, bound: ReadonlySet<string>): void => {
    switch (node.op) {
      case "id":
        return root(node, bound);
      case ".":
      case ".?": {
        const path = pathOf(node);
        if (path !== null && !bound.has(path.root)) field(node, path);
        return visit(node.args[0], bound);
      }
      case "call":
      case "rcall":
        return call(node, bound);
      default:
        for (const child of children(node)) visit(child, bound);
    }
  };

  const root = (node: ASTNode & { op: "id" }, bound: ReadonlySet<string>) => {
    const name = node.args;
    if (bound.has(name) || known.includes(name) || CEL_NAMES.has(name)) return;
    mistakes.push({ offset: node.start, message: unknownRoot(name, known) });
  };

  const field = (node: ASTNode, path: Path) => {
    const name = path.fields.at(-1) ?? "";
    const offset = node.end - name.length;
    const first = path.fields.length === 1;
    if (path.root === "steps" && first) add(offset, unknownStep(name, names));
    else if (path.root === "vars" && first) add(offset, unknownIn("variable", name, names.vars));
    else if (path.root === "secrets" && first) secret(name, offset);
    else add(offset, unknownField(roots[path.root], path));
  };

  const secret = (name: string, offset: number) => {
    if (/^[A-Z_][A-Z0-9_]*$/.test(name)) secrets.push(name);
    else
      add(offset, `secrets are environment variables: "${name}" should be capitals, digits and _`);
  };

  const call = (node: ASTNode & { op: "call" | "rcall" }, bound: ReadonlySet<string>) => {
    const [name, receiver, args] =
      node.op === "call"
        ? [node.args[0], null, node.args[1]]
        : [node.args[0], node.args[1], node.args[2]];
    if (receiver !== null) visit(receiver, bound);
    if (name === "matches") match(node, receiver, args);
    const variable = receiver !== null && BINDING_MACROS.has(name) ? args[0] : undefined;
    const inner = variable?.op === "id" ? new Set([...bound, variable.args]) : bound;
    for (const [place, arg] of args.entries()) {
      if (variable?.op !== "id" || place > 0) visit(arg, inner);
    }
  };

  const match = (node: ASTNode, receiver: ASTNode | null, args: readonly ASTNode[]) => {
    const pattern = receiver === null ? args[1] : args[0];
    if (receiver !== null) {
      const from = receiver.end;
      matchCalls.push(node.input.indexOf("matches", from));
    }
    if (pattern?.op === "value" && typeof pattern.args === "string") {
      patterns.push({ pattern: pattern.args, offset: pattern.start });
    }
  };

  const add = (offset: number, message: string | null) => {
    if (message !== null) mistakes.push({ offset, message });
  };

  visit(ast, new Set());
  if (usesWholeSecrets(ast)) add(0, "secrets are read one by one: secrets.NAME");
  return { mistakes, secrets, patterns, matchCalls };
}

interface Path {
  readonly root: string;
  readonly fields: readonly string[];
}

/** `trigger.params.values` → root and fields; null when something else than a name stands at its beginning. */
function pathOf(node: ASTNode): Path | null {
  if (node.op === "id") return { root: node.args, fields: [] };
  if (node.op !== "." && node.op !== ".?") return null;
  const above = pathOf(node.args[0]);
  const name: unknown = node.args[1];
  if (above === null) return null;
  const word = typeof name === "string" ? name : wordOf(name as ASTNode);
  return word === null ? null : { root: above.root, fields: [...above.fields, word] };
}

const wordOf = (node: ASTNode): string | null =>
  node.op === "value" && typeof node.args === "string"
    ? node.args
    : node.op === "id"
      ? node.args
      : null;

const isNode = (value: unknown): value is ASTNode =>
  typeof value === "object" && value !== null && "op" in value && "args" in value;

/** All nodes right below one. */
function children(node: ASTNode): ASTNode[] {
  return [node.args as unknown].flat(2).filter(isNode);
}

/** Whether `secrets` stands anywhere but before a plain field: `secrets[x]`, `secrets` alone. */
function usesWholeSecrets(node: ASTNode): boolean {
  if (node.op === "id") return node.args === "secrets";
  if (node.op === "." && node.args[0].op === "id") return false;
  return children(node).some(usesWholeSecrets);
}

function unknownField(shape: Shape | undefined, { root, fields }: Path): string | null {
  let inner = shape;
  for (const [depth, name] of fields.entries()) {
    if (inner === undefined || typeof inner === "string") return null;
    if (Object.hasOwn(inner, name)) inner = inner[name];
    // An earlier field was told of already, when its own node was visited.
    else if (depth < fields.length - 1) return null;
    else {
      const place = [root, ...fields.slice(0, -1)].join(".");
      return `${place} has no field "${name}"${didYouMean(name, Object.keys(inner)) || `; it has ${list(Object.keys(inner))}`}`;
    }
  }
  return null;
}

function unknownStep(name: string, { steps, outOfReach }: Names): string | null {
  if (steps.includes(name)) return null;
  if (outOfReach.includes(name)) {
    return `step "${name}" is not done yet here: it comes later, or stands in another branch`;
  }
  return unknownIn("step", name, [...steps, ...outOfReach]);
}

const unknownIn = (what: string, name: string, known: readonly string[]): string | null =>
  known.includes(name) ? null : `there is no ${what} "${name}"${didYouMean(name, known)}`;

function unknownRoot(name: string, known: readonly string[]): string {
  if (name === "each") return `"each" is known only inside a loop`;
  if (name === "error") return `"error" is known only inside an onError list`;
  return `unknown name "${name}"${didYouMean(name, known) || `; known are ${list(known)}`}`;
}

const list = (words: readonly string[]) => words.join(", ");
