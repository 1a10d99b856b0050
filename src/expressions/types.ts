import type { ASTNode } from "@marcbachmann/cel-js";
import {
  ANY,
  type ObjectType,
  type ValueType,
  listOf,
  objectOf,
  scalar,
  turnOf,
  unionOf,
} from "../model/value-type.ts";
import { typeOfCall } from "./function-types.ts";
import { BINDING_MACROS } from "./names.ts";
import { children, fieldOf, isAccess, pathOf } from "./path.ts";

/** Types by path, `trigger.data`, and those of bound variables. */
export type KnownTypes = ReadonlyMap<string, ValueType>;

/** The type of the value of a node; null where it is not known. */
export function typeOf(node: ASTNode, types: KnownTypes): ValueType | null {
  const place = placeOf(node);
  const known = place === null ? undefined : types.get(place);
  if (known) return known;
  if (isAccess(node)) return typeOfAccess(node, types);
  const all = (nodes: readonly ASTNode[]) => nodes.map((one) => typeOf(one, types));
  switch (node.op) {
    case "value":
      return LITERALS[typeof node.args] ?? null;
    case "?:":
      return together(all(told(node.args.slice(1))));
    case "list":
      return listOf(together(all(node.args)) ?? ANY);
    case "map":
      return typeOfMap(node.args, types);
    case "call":
      return typeOfCall(node.args[0], all(node.args[1]));
    case "rcall":
      if (BINDING_MACROS.has(node.args[0])) return typeOfMacro(node, types);
      if (node.args[0] === "orValue") return together(all(told([node.args[1], ...node.args[2]])));
      return typeOfCall(node.args[0], all([node.args[1], ...node.args[2]]));
    case "+":
      return alike(all(told(node.args)));
    default:
      return OPERATORS[node.op] ?? null;
  }
}

const BOOLEAN = scalar("boolean");
const NUMBER = scalar("number");

const LITERALS: Readonly<Record<string, ValueType>> = {
  string: scalar("text"),
  number: NUMBER,
  bigint: NUMBER,
  boolean: BOOLEAN,
};

/** What operators give, whatever they are given. `-` may be of times too. */
const OPERATORS: Readonly<Record<string, ValueType>> = Object.fromEntries([
  ...["==", "!=", "<", "<=", ">", ">=", "in", "&&", "||", "!_"].map((op) => [op, BOOLEAN]),
  ...["*", "/", "%"].map((op) => [op, NUMBER]),
]);

/** Those of some values that tell a type: an empty list is of any. */
const told = (nodes: readonly ASTNode[]): readonly ASTNode[] =>
  nodes.filter(({ op, args }) => !((op === "list" || op === "map") && args.length === 0));

/** The type of a value that is of one of some types; null where one of them is not known. */
function together(types: readonly (ValueType | null)[]): ValueType | null {
  const known = types.filter((type) => type !== null);
  return known.length < types.length || known.length === 0 ? null : unionOf(known);
}

/** The type of a sum: of numbers, of texts, of lists. */
function alike(types: readonly (ValueType | null)[]): ValueType | null {
  const type = together(types);
  if (type?.kind === "text" || type?.kind === "number") return scalar(type.kind);
  return type?.kind === "list" ? type : null;
}

function typeOfAccess(
  node: ASTNode & { op: "." | ".?" | "[]" | "[?]" },
  types: KnownTypes,
): ValueType | null {
  const read = fieldOf(node);
  const above = typeOf(node.args[0], types);
  if (above?.kind === "list") return read === null ? above.items() : null;
  if (above?.kind !== "object") return null;
  const field = read === null ? undefined : above.fields.get(read.name);
  if (field !== undefined) return field.type();
  return read !== null || above.fields.size === 0 ? (above.rest?.() ?? null) : null;
}

/** The type of an object that is written out. */
function typeOfMap(entries: [ASTNode, ASTNode][], types: KnownTypes): ValueType | null {
  const fields = entries.map(([key, value]): [string, ValueType] | null =>
    key.op === "value" && typeof key.args === "string"
      ? [key.args, typeOf(value, types) ?? ANY]
      : null,
  );
  return fields.every((field) => field !== null) ? objectOf(Object.fromEntries(fields)) : null;
}

function typeOfMacro(node: ASTNode & { op: "rcall" }, types: KnownTypes): ValueType | null {
  const [word, receiver, args] = node.args;
  const body = args.at(-1);
  const inner = insideOf(node, types);
  switch (word) {
    case "filter":
      return typeOf(receiver, types)?.kind === "list" ? typeOf(receiver, types) : null;
    case "map":
      return body === undefined ? null : listOf(typeOf(body, inner) ?? ANY);
    case "bind":
      return body === undefined ? null : typeOf(body, inner);
    default:
      return BOOLEAN;
  }
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

/** Whether a node gives a value that may be there or not: `a.?b`, `a.?b.c`. */
export const isOptional = (node: ASTNode): boolean =>
  isAccess(node) && (node.op === ".?" || node.op === "[?]" || isOptional(node.args[0]));

/** The nodes right below one, each with the types that are known in it: macros bind variables. */
export function below(node: ASTNode, types: KnownTypes): (readonly [ASTNode, KnownTypes])[] {
  if (!isMacro(node)) return children(node).map((child) => [child, types] as const);
  const [word, receiver, [, ...rest]] = node.args;
  const inner = insideOf(node, types);
  // What a variable is bound to does not see it.
  const bodyFrom = word === "bind" ? 1 : 0;
  return [
    [receiver, types],
    ...rest.map((one, at) => [one, at < bodyFrom ? types : inner] as const),
  ];
}

const isMacro = (node: ASTNode): node is ASTNode & { op: "rcall" } =>
  node.op === "rcall" && BINDING_MACROS.has(node.args[0]) && node.args[2][0]?.op === "id";

/** The types that are known where a macro's variable is. */
function insideOf(node: ASTNode & { op: "rcall" }, types: KnownTypes): KnownTypes {
  const [word, receiver, [variable, value]] = node.args;
  if (variable?.op !== "id") return types;
  const name = variable.args;
  const outside = [...types].filter(([path]) => path.split(".", 1)[0] !== name);
  const bound = word === "bind" ? value && typeOf(value, types) : itemOf(typeOf(receiver, types));
  return new Map(bound ? [...outside, [name, bound]] : outside);
}

/** What a macro looks at one by one: the items of a list, the names of an object's fields. */
function itemOf(over: ValueType | null): ValueType | null {
  if (over === null || over.kind === "number") return null;
  return over.kind === "object" ? scalar("text") : turnOf(over);
}
