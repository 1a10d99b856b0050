import { type Json, type JsonObject, isJsonObject } from "../model/json.ts";
import {
  ANY,
  type FieldType,
  type ScalarType,
  type ValueType,
  intersectionOf,
  once,
  unionOf,
} from "../model/value-type.ts";
import type { Found, Places } from "./places.ts";

/** Which way a value goes: a client does not send what is `readOnly`, and an answer does not hold what is `writeOnly`. */
export type Direction = "request" | "answer";

/** Keywords that may add fields, or say more than a type can. A schema that has one is open. */
const OPENING = [
  "$dynamicRef",
  "$recursiveRef",
  "dependentSchemas",
  "else",
  "patternProperties",
  "then",
  "unevaluatedProperties",
];

/** Schemas that are made of schemas, `allOf` in `allOf`, at most. */
const DEEPEST = 100;

/**
 * Makes the function that gives the type of the values that fit a JSON Schema, of 2020-12 or of OpenAPI 3.0. What a schema
 * says beyond types is passed over; where it can't be followed, the type is any.
 * @returns a function of the schema, the way of its values, and what messages call an object of it
 */
export function valueTypes(
  places: Places,
): (found: Found, direction: Direction, name: string) => ValueType {
  /** Those that are made, and `ANY` for those that are being made: a schema may be made of itself. */
  const known = new Map<string, ValueType>();

  const typeAt = (found: Found, direction: Direction, name: string, depth: number): ValueType => {
    const { address, path } = found.place;
    const key = JSON.stringify([address, path, direction, name]);
    const before = known.get(key);
    if (before !== undefined || depth > DEEPEST) return before ?? ANY;
    known.set(key, ANY);
    const type = made(found, direction, name, depth);
    known.set(key, type);
    return type;
  };

  const made = (found: Found, direction: Direction, name: string, depth: number): ValueType => {
    const { value: schema, place } = found;
    if (!isJsonObject(schema)) return ANY;
    const inner = (at: Found | null) =>
      at === null ? ANY : typeAt(at, direction, name, depth + 1);
    const { $ref: reference } = schema;
    const referred = typeof reference === "string" ? [inner(places.target(reference, place))] : [];
    const parts = listed(found, "allOf").map(inner);
    const choices = ["anyOf", "oneOf"].flatMap((keyword) => {
      const list = listed(found, keyword).filter(({ value }) => !isNull(value));
      return list.length === 0 ? [] : [unionOf(list.map(inner))];
    });
    const own = ownType(found, direction, name, (at, called) =>
      once(() => typeAt(at, direction, called, 0)),
    );
    const type = intersectionOf([...referred, ...parts, ...choices, own]);
    return type.kind === "object" ? { ...type, name } : type;
  };

  return (found, direction, name) => typeAt(found, direction, name, 0);
}

/** The value below another one, as it is written there. */
const under = ({ place, value }: Found, ...path: readonly (string | number)[]): Found => ({
  place: { ...place, path: [...place.path, ...path] },
  value: path.reduce((at: unknown, key) => (at as Record<string, unknown>)[key], value),
});

function listed(found: Found, keyword: string): Found[] {
  const list = isJsonObject(found.value) ? found.value[keyword] : null;
  return Array.isArray(list) ? list.map((_one, index) => under(found, keyword, index)) : [];
}

/** The type that a schema's own keywords tell, without the schemas that it is made of. */
function ownType(
  found: Found,
  direction: Direction,
  name: string,
  later: (found: Found, name: string) => () => ValueType,
): ValueType {
  const schema = found.value as JsonObject;
  const kind = kindOf(schema);
  if (kind === null) return ANY;
  if (kind === "list") {
    const alike = isJsonObject(schema["items"]) && !("prefixItems" in schema);
    return { kind, items: alike ? later(under(found, "items"), `${name}[]`) : () => ANY };
  }
  if (kind !== "object") return { kind, values: valuesOf(schema) };
  const properties = isJsonObject(schema["properties"]) ? schema["properties"] : {};
  const { required: list } = schema;
  // A schema of answers that says nothing of what is required does not say that nothing is.
  const isRequired = (field: string) =>
    Array.isArray(list) ? (list as readonly Json[]).includes(field) : direction === "answer";
  const hidden = direction === "answer" ? "writeOnly" : "readOnly";
  const fields = Object.entries(properties).map(([field, inner]): [string, FieldType] => {
    const isHidden = isJsonObject(inner) && inner[hidden] === true;
    const type = later(under(found, "properties", field), `${name}.${field}`);
    return [field, { required: isRequired(field) && !isHidden, type }];
  });
  return { kind, name, fields: new Map(fields), others: isOpen(schema) ? "any" : "none" };
}

/** Whether an object may have fields that its schema does not describe, because it says so or describes none. */
function isOpen(schema: JsonObject): boolean {
  const { additionalProperties: more } = schema;
  if (more !== undefined && more !== false) return true;
  if (OPENING.some((keyword) => keyword in schema)) return true;
  return more === undefined && !["properties", ...MADE_OF].some((keyword) => keyword in schema);
}

/** Keywords under which a schema names the schemas that it is made of. */
const MADE_OF = ["$ref", "allOf", "anyOf", "oneOf"];

const KINDS: Readonly<Record<string, "text" | "number" | "boolean" | "list" | "object">> = {
  string: "text",
  number: "number",
  integer: "number",
  boolean: "boolean",
  array: "list",
  object: "object",
};

/** The only kind of value that a schema allows beside null; null: none, or several. */
function kindOf(schema: JsonObject) {
  const { type } = schema;
  const types = (Array.isArray(type) ? type : [type]).filter((one) => one !== "null");
  const kinds = new Set(
    types.map((one) => (typeof one === "string" ? (KINDS[one] ?? null) : null)),
  );
  const [kind = null] = kinds;
  if (type !== undefined) return kinds.size === 1 ? kind : null;
  if ("properties" in schema) return "object";
  if ("items" in schema) return "list";
  return kindOfValues(schema);
}

/** The kind of the values that a schema without a type lists. */
function kindOfValues(schema: JsonObject): ScalarType["kind"] | null {
  const kinds = new Set(valuesOf(schema)?.map((value) => SCALARS[typeof value] ?? null));
  const [kind = null] = kinds;
  return kinds.size === 1 ? kind : null;
}

const SCALARS: Readonly<Record<string, ScalarType["kind"]>> = {
  string: "text",
  number: "number",
  boolean: "boolean",
};

/** The values that `enum` or `const` list, except null; null where one of them is a list, an object or a large integer. */
function valuesOf({ enum: list, const: only }: JsonObject): ScalarType["values"] {
  const all: readonly Json[] = Array.isArray(list) ? list : only === undefined ? [] : [only];
  const told = all.filter((value) => value !== null);
  return told.length > 0 && told.every(isPlain) ? told : null;
}

const isPlain = (value: Json): value is string | number | boolean => (typeof value) in SCALARS;

const isNull = (schema: unknown): boolean =>
  isJsonObject(schema) &&
  (schema["type"] === "null" || (schema["const"] === null && "const" in schema));
