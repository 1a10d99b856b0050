import type { ASTNode } from "@marcbachmann/cel-js";
import type { ObjectType, ValueType } from "../model/value-type.ts";
import { BINDING_MACROS } from "./names.ts";
import { children, fieldOf, isAccess, pathOf } from "./path.ts";

/** Types by path, `trigger.data`, and those of bound variables. */
export type KnownTypes = ReadonlyMap<string, ValueType>;

/** The type of the value of a node; null where it is not known. */
export function typeOf(node: ASTNode, types: KnownTypes): ValueType | null {
  const place = placeOf(node);
  const known = place === null ? undefined : types.get(place);
  if (known) return known;
  if (!isAccess(node)) return null;
  const read = fieldOf(node);
  const above = typeOf(node.args[0], types);
  if (above?.kind === "object" && read !== null) return above.fields.get(read.name)?.type() ?? null;
  return above?.kind === "list" && read === null ? above.items() : null;
}

/** A field that a node reads, of an object whose type is known. */
export interface TypedField {
  readonly name: string;
  /** Where its name stands. */
  readonly offset: number;
  readonly owner: ObjectType;
  /** The node of the object. */
  readonly object: ASTNode;
}

/** See `TypedField`; null for a node that reads none. */
export function typedField(node: ASTNode, types: KnownTypes): TypedField | null {
  const read = isAccess(node) ? fieldOf(node) : null;
  if (read === null || !isAccess(node)) return null;
  const [object] = node.args;
  const owner = typeOf(object, types);
  return owner?.kind === "object" ? { ...read, owner, object } : null;
}

/** The path that a node spells out: `trigger.data.title`; null for anything else. */
export function placeOf(node: ASTNode): string | null {
  const path = pathOf(node);
  return path && [path.root, ...path.fields].join(".");
}

/** The nodes right below one, each with the types that are known in it: macros bind variables. */
export function below(node: ASTNode, types: KnownTypes): (readonly [ASTNode, KnownTypes])[] {
  const alike = () => children(node).map((child) => [child, types] as const);
  if (node.op !== "rcall" || !BINDING_MACROS.has(node.args[0])) return alike();
  const [word, receiver, [variable, ...rest]] = node.args;
  if (variable?.op !== "id") return alike();
  const name = variable.args;
  const outside = [...types].filter(([path]) => path.split(".", 1)[0] !== name);
  const over = word === "bind" ? null : typeOf(receiver, types);
  const bound = over?.kind === "list" ? [[name, over.items()] as const] : [];
  const inner = new Map([...outside, ...bound]);
  return [[receiver, types], ...rest.map((one) => [one, inner] as const)];
}
