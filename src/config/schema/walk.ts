import type { z } from "zod";
import { type FieldKind, fieldKinds } from "../../model/compiled-fields.ts";

type Schema = z.core.$ZodType;

/** The kind of field at a schema's place, or null for plain values. Looks through optional, default and the like. */
export function kindOf(schema: Schema): FieldKind | null {
  const own = fieldKinds.get(schema as z.ZodType)?.holds;
  if (own) return own;
  const inner = innerOf(schema);
  return inner === null ? null : kindOf(inner);
}

/**
 * The schema of what stands below a value: of a mapping's key or a list's item. Of a union, that of the option that has
 * the value's form. Null where the schema says nothing of it.
 */
export function below(schema: Schema, key: PropertyKey, value: unknown): Schema | null {
  const def = defOf(formOf(schema, value));
  if (isObject(def)) {
    const name = String(key);
    return (Object.hasOwn(def.shape, name) ? def.shape[name] : def.catchall) ?? null;
  }
  if (isArray(def)) return def.element;
  if (isRecord(def)) return def.valueType;
  return null;
}

/** The schema at a path below one, or null. */
export function schemaAt(schema: Schema, path: readonly PropertyKey[]): Schema | null {
  return path.reduce<Schema | null>(
    (at, key) => at && below(at, key, typeof key === "number" ? [] : {}),
    schema,
  );
}

/** The keys that a mapping of this schema may have; of a union, those of all options. */
export function keysOf(schema: Schema): string[] {
  const def = defOf(unwrapped(schema));
  if (isObject(def)) return Object.keys(def.shape);
  if (isUnion(def)) return def.options.flatMap(keysOf);
  return [];
}

/** Through wrappers and, of a union, to the option that has the form of the value. */
function formOf(schema: Schema, value: unknown): Schema {
  const bare = unwrapped(schema);
  const def = defOf(bare);
  if (!isUnion(def)) return bare;
  const form = Array.isArray(value) ? "array" : typeof value;
  const fitting = def.options.map(unwrapped).filter((option) => {
    const { type } = defOf(option);
    return type === form || (form === "object" && type === "record");
  });
  const keys = form === "object" ? Object.keys(value ?? {}) : [];
  const knowing = fitting.find((option) => {
    const known = keysOf(option);
    return keys.every((key) => known.includes(key));
  });
  return knowing ?? fitting[0] ?? bare;
}

function unwrapped(schema: Schema): Schema {
  const inner = innerOf(schema);
  return inner === null ? schema : unwrapped(inner);
}

/** The schema inside a wrapper. Of a pipe it is the side that checks the input: behind `z.preprocess` that is the second. */
function innerOf(schema: Schema): Schema | null {
  const def = defOf(schema);
  if ("innerType" in def) return def.innerType as Schema;
  if (isPipe(def)) return defOf(def.in).type === "transform" ? def.out : def.in;
  if (isLazy(def)) return def.getter();
  return null;
}

type Def = z.core.$ZodTypeDef;
const defOf = ({ _zod: { def } }: Schema): Def => def;
const isObject = (def: Def): def is z.core.$ZodObjectDef => def.type === "object";
const isArray = (def: Def): def is z.core.$ZodArrayDef => def.type === "array";
const isRecord = (def: Def): def is z.core.$ZodRecordDef => def.type === "record";
const isUnion = (def: Def): def is z.core.$ZodUnionDef => def.type === "union";
const isPipe = (def: Def): def is z.core.$ZodPipeDef => def.type === "pipe";
const isLazy = (def: Def): def is z.core.$ZodLazyDef => def.type === "lazy";
