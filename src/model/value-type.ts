import type { Json } from "./json.ts";

/**
 * What is known of a value before any request comes. The types inside it are made when they are asked for, since a schema
 * may hold itself.
 */
export type ValueType = AnyType | ScalarType | ListType | ObjectType;

/** A value of which nothing is known. */
export interface AnyType {
  readonly kind: "any";
}

/** A text, a number or a boolean. Null may stand in its place: a schema that allows null is no promise. */
export interface ScalarType {
  readonly kind: "text" | "number" | "boolean";
  /** The only values that it may have; null: any of its kind. */
  readonly values: readonly (string | number | boolean)[] | null;
}

/** A list of values of one type. */
export interface ListType {
  readonly kind: "list";
  readonly items: () => ValueType;
}

/** An object with known fields. */
export interface ObjectType {
  readonly kind: "object";
  /** What messages call it: `posts`, `posts.author`; null: what the expression calls it. */
  readonly name: string | null;
  readonly fields: ReadonlyMap<string, FieldType>;
  /**
   * What other fields it may have: `none` that are described; `sent`, those that a client may add to it; `any`, since it is
   * described as open.
   */
  readonly others: "none" | "sent" | "any";
  /** The type of those other fields, where it is known. */
  readonly rest?: () => ValueType;
}

/** A field of an object. */
export interface FieldType {
  /** Whether each such object has it. */
  readonly required: boolean;
  readonly type: () => ValueType;
}

/** A thing that is compiled, and what is known of the values that it gives. */
export interface Typed<T> {
  readonly value: T;
  readonly type: ValueType;
}

/** See `AnyType`. */
export const ANY: ValueType = { kind: "any" };

/**
 * The type of a value that is of one of some types. A field is known when one of them has it, and required when all of them
 * require it.
 */
export function unionOf(types: readonly ValueType[]): ValueType {
  const [first, second, ...rest] = types;
  if (first === undefined) return ANY;
  if (second === undefined) return first;
  return unionOf([unionOfTwo(first, second), ...rest]);
}

function unionOfTwo(a: ValueType, b: ValueType): ValueType {
  if (a === b) return a;
  if (a.kind === "list" && b.kind === "list") {
    return { kind: "list", items: once(() => unionOf([a.items(), b.items()])) };
  }
  if (a.kind === "object" && b.kind === "object") return unionOfObjects(a, b);
  if (!isScalar(a) || !isScalar(b) || a.kind !== b.kind) return ANY;
  const values = a.values && b.values && [...new Set([...a.values, ...b.values])];
  return { kind: a.kind, values };
}

function unionOfObjects(a: ObjectType, b: ObjectType): ObjectType {
  const names = new Set([...a.fields.keys(), ...b.fields.keys()]);
  const fields = [...names].map((name): [string, FieldType] => {
    const both = [a.fields.get(name), b.fields.get(name)].filter((field) => field !== undefined);
    const required = both.length === 2 && both.every((field) => field.required);
    return [name, { required, type: once(() => unionOf(both.map((field) => field.type()))) }];
  });
  const name = a.name === b.name ? a.name : null;
  const { rest: first, ...alike } = a;
  const rest = first && b.rest && once(() => unionOf([first(), b.rest?.() ?? ANY]));
  const others = widest(a.others, b.others);
  return { ...alike, name, fields: new Map(fields), others, ...(rest && { rest }) };
}

/** The type of a value that is of all of some types at once: `allOf`. */
export function intersectionOf(types: readonly ValueType[]): ValueType {
  const [first, second, ...rest] = types;
  if (first === undefined) return ANY;
  if (second === undefined) return first;
  return intersectionOf([intersectionOfTwo(first, second), ...rest]);
}

function intersectionOfTwo(a: ValueType, b: ValueType): ValueType {
  if (a.kind === "any") return b;
  if (b.kind === "any") return a;
  if (a.kind === "list" && b.kind === "list") {
    return { kind: "list", items: once(() => intersectionOf([a.items(), b.items()])) };
  }
  if (a.kind === "object" && b.kind === "object") {
    const names = new Set([...a.fields.keys(), ...b.fields.keys()]);
    const fields = [...names].map((name): [string, FieldType] => {
      const both = [a.fields.get(name), b.fields.get(name)].filter((field) => field !== undefined);
      const required = both.some((field) => field.required);
      return [
        name,
        { required, type: once(() => intersectionOf(both.map((field) => field.type()))) },
      ];
    });
    return { ...a, fields: new Map(fields), others: widest(a.others, b.others) };
  }
  if (!isScalar(a) || !isScalar(b) || a.kind !== b.kind) return ANY;
  return { kind: a.kind, values: a.values ?? b.values };
}

const OTHERS = ["none", "sent", "any"] as const;

const widest = (a: ObjectType["others"], b: ObjectType["others"]): ObjectType["others"] =>
  OTHERS.indexOf(a) > OTHERS.indexOf(b) ? a : b;

/** A list of values of a type; any where nothing is known of them. */
export const listOf = (type: ValueType): ValueType =>
  type.kind === "any" ? ANY : { kind: "list", items: () => type };

/** A text, a number or a boolean, of any value. */
export const scalar = (kind: ScalarType["kind"]): ScalarType => ({ kind, values: null });

/** An object that has these fields, and no others. */
export function objectOf(fields: Readonly<Record<string, ValueType>>): ObjectType {
  const all = Object.entries(fields).map(([name, type]): [string, FieldType] => [
    name,
    { required: true, type: () => type },
  ]);
  return { kind: "object", name: null, fields: new Map(all), others: "none" };
}

/** The type of a value that is written out. */
export function typeOfLiteral(value: Json): ValueType {
  if (Array.isArray(value)) return listOf(unionOf((value as Json[]).map(typeOfLiteral)));
  switch (typeof value) {
    case "string":
      return scalar("text");
    case "number":
    case "bigint":
      return scalar("number");
    case "boolean":
      return scalar("boolean");
    default:
      return ANY;
  }
}

/** The type of what a loop goes over one by one: items of a list, numbers, or the fields of an object. */
export function turnOf(over: ValueType): ValueType {
  if (over.kind === "list") return over.items();
  if (over.kind === "number") return scalar("number");
  if (over.kind !== "object") return ANY;
  return objectOf({ key: scalar("text"), value: anyFieldOf(over) });
}

/** The type of a field of an object, whichever it is. */
function anyFieldOf({ fields, others, rest }: ObjectType): ValueType {
  if (others !== "none" && rest === undefined) return ANY;
  return unionOf([...[...fields.values()].map(({ type }) => type()), ...(rest ? [rest()] : [])]);
}

/** The same object, none of whose fields need be there. Other types as they are. */
export function partOf(type: ValueType): ValueType {
  if (type.kind !== "object") return type;
  const fields = [...type.fields].map(([name, field]): [string, FieldType] => [
    name,
    { ...field, required: false },
  ]);
  return { ...type, fields: new Map(fields) };
}

/** Whether it is the type of a text, a number or a boolean. */
export const isScalar = (type: ValueType): type is ScalarType =>
  type.kind === "text" || type.kind === "number" || type.kind === "boolean";

/** Makes a value when it is first asked for, and keeps it. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}
