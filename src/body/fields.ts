import qs from "qs";
import { GatewayError } from "../model/errors.ts";
import type { Json, JsonObject } from "../model/json.ts";

/** A field of a form. */
export interface Field {
  /** Decoded: `tags[]`. */
  readonly name: string;
  readonly value: Json;
}

/** Fields of one form, at most. */
export const MOST_FIELDS = 1_000;

/** The longest name of a field. */
export const LONGEST_NAME = 1_000;

/**
 * A form that servers may read in different ways, or not at all.
 * @param why `it has the field "a" twice`
 */
export const badForm = (why: string, options?: ErrorOptions): GatewayError =>
  new GatewayError("BAD_FORM", `The form can't be used: ${why}`, options);

/** A form with a name that is longer than any field's. */
export const longName = (): GatewayError =>
  badForm(`a name in it is longer than ${LONGEST_NAME} characters`);

/** @throws {GatewayError} BAD_FORM for more fields than a form may have, or a name that is too long */
function assertFew(fields: readonly Field[]): void {
  if (fields.length > MOST_FIELDS) throw badForm(`it has more than ${MOST_FIELDS} fields`);
  if (fields.some(({ name }) => name.length > LONGEST_NAME)) throw longName();
}

/**
 * The values of fields, as qs reads them: a name given twice is a list.
 *
 *     a[b]=1, c=2, c=3 → { a: { b: "1" }, c: ["2", "3"] }
 * @throws {GatewayError} BAD_FORM
 */
export function looseValues(fields: readonly Field[]): JsonObject {
  assertFew(fields);
  // Only names decide on the form that values take; qs is slow on long values.
  const numbered = fields.map(({ name }, index) => `${encodeURIComponent(name)}=${index}`);
  const valueAt = (leaf: unknown): Json => {
    if (typeof leaf === "string") return fields[Number(leaf)]?.value ?? null;
    if (Array.isArray(leaf)) return leaf.map(valueAt);
    return Object.fromEntries(
      Object.entries(leaf as object).map(([name, inner]) => [name, valueAt(inner)]),
    );
  };
  try {
    return valueAt(qs.parse(numbered.join("&"), QS)) as JsonObject;
  } catch (error) {
    throw badForm("it nests deeper than 5, or has a list of more than 1,000", { cause: error });
  }
}

const QS = {
  depth: 5,
  strictDepth: true,
  parameterLimit: MOST_FIELDS,
  arrayLimit: 1_000,
  throwOnLimitExceeded: true,
} as const;

/** Letters, digits and a few signs. PHP reads dots and blanks as `_`, and readers differ on a bracket that stands alone. */
const WORD = "[\\p{L}\\p{N}\\p{M}_$@:*!~/#-]+";
const NAME = new RegExp(`^${WORD}(?:\\[${WORD}\\]){0,5}(?:\\[\\])?$`, "u");

/**
 * The values of fields that all servers read alike.
 *
 *     a[b]=1, tags[]=x, tags[]=y → { a: { b: "1" }, tags: ["x", "y"] }
 * @throws {GatewayError} BAD_FORM for a name that is given twice without `[]`, is a value here and holds others there, is
 *   read differently by servers, or is one that JavaScript's objects have
 */
export function strictValues(fields: readonly Field[]): JsonObject {
  assertFew(fields);
  const values = emptyNode();
  for (const { name, value } of fields) {
    const path = pathOf(name);
    if (name === "_charset_" && (typeof value !== "string" || !/^utf-?8$/i.test(value))) {
      throw badForm("its _charset_ is not utf-8");
    }
    if (!put(values, path, value)) {
      throw badForm(`the field "${shown(name)}" is given twice, or contradicts another`);
    }
  }
  return objectOf(values.inner);
}

const shown = (name: string) => name.slice(0, 100);

/** `a[b][]` → a, b, and the empty text. */
function pathOf(name: string): string[] {
  if (!NAME.test(name)) {
    throw badForm(`servers read the name "${shown(name)}" in different ways`);
  }
  const path = name.replaceAll("]", "").split("[");
  if (path.some((word) => word in Object.prototype)) {
    throw badForm(`the name "${shown(name)}" can't be used`);
  }
  return path;
}

/** An object or a list on its way; a list has its indices as names. */
interface Node {
  /** Whether it is a list that was made by `[]`. */
  appended: boolean;
  readonly inner: Map<string, Node | { readonly value: Json }>;
}

const emptyNode = (): Node => ({ appended: false, inner: new Map() });

/** Puts a value in its place. False when the place is taken, or the kinds of names do not go together. */
function put(node: Node, [word = "", ...rest]: readonly string[], value: Json): boolean {
  const { inner } = node;
  const appends = word === "";
  if (inner.size > 0 && appends !== node.appended) return false;
  node.appended = appends;
  const name = appends ? String(inner.size) : word;
  const taken = inner.get(name);
  if (rest.length === 0) {
    inner.set(name, { value });
    return taken === undefined;
  }
  const next = taken ?? emptyNode();
  inner.set(name, next);
  return "inner" in next && put(next, rest, value);
}

const INDEX = /^\d+$/;

const objectOf = (inner: Node["inner"]): JsonObject =>
  Object.fromEntries(
    [...inner].map(([name, one]) => [name, "inner" in one ? jsonOf(one) : one.value]),
  );

/** A list where its names are 0, 1, 2 and so on. @throws {GatewayError} BAD_FORM where only some are */
function jsonOf({ inner }: Node): Json {
  const names = [...inner.keys()];
  const values = objectOf(inner);
  if (!names.some((name) => INDEX.test(name))) return values;
  if (names.some((name, index) => name !== String(index))) {
    throw badForm("a list in it leaves an index out, or has its elements in another order");
  }
  return Object.values(values);
}
