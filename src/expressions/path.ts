import type { ASTNode } from "@marcbachmann/cel-js";

/** A chain of plain names: `trigger.params["values"]` → root `trigger`, fields `params`, `values`. */
export interface Path {
  readonly root: string;
  readonly fields: readonly string[];
}

/** The path that a node spells out, or null when something else than names and literal keys is in it. */
export function pathOf(node: ASTNode): Path | null {
  if (node.op === "id") return { root: node.args, fields: [] };
  const field = fieldOf(node);
  if (field === null || !isAccess(node)) return null;
  const above = pathOf(node.args[0]);
  return above && { root: above.root, fields: [...above.fields, field.name] };
}

/** The field that a node reads, by name or literal key, and where that stands; null when it is computed. */
export function fieldOf(node: ASTNode): { name: string; offset: number } | null {
  if (node.op === "." || node.op === ".?") {
    return { name: node.args[1], offset: node.end - node.args[1].length };
  }
  if (node.op !== "[]" && node.op !== "[?]") return null;
  const key = node.args[1];
  const literal = key.op === "value" && typeof key.args === "string";
  return literal ? { name: key.args, offset: key.start } : null;
}

/** Whether a node reads a field or an element of what stands before it. */
export const isAccess = (node: ASTNode): node is ASTNode & { op: "." | ".?" | "[]" | "[?]" } =>
  ["." as string, ".?", "[]", "[?]"].includes(node.op);

/** All nodes right below one, in the order they are written. */
export function children(node: ASTNode): ASTNode[] {
  return [node.args as unknown].flat(2).filter(isNode);
}

const isNode = (value: unknown): value is ASTNode =>
  typeof value === "object" && value !== null && "op" in value && "args" in value;
