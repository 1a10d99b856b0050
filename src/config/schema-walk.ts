import type { z } from "zod";
import { type Held, held } from "../model/step.ts";
import type { Path } from "./source.ts";

type Schema = z.core.$ZodType;

/** What a schema's place holds, or null for plain values. Looks through optional, default and the like. */
export function heldIn(schema: Schema): Held | null {
  const own = held.get(schema as z.ZodType)?.holds;
  if (own) return own;
  const inner = innerOf(schema);
  return inner === null ? null : heldIn(inner);
}

/**
 * The schema of what stands below a value: of a mapping's key or a list's item. Of a union, the option that has the
 * value's form. Null where the schema says nothing of it.
 */
export function below(schema: Schema, key: PropertyKey, value: unknown): Schema | null {
  const { def } = formOf(schema, value)._zod as { def: z.core.$ZodTypeDef };
  if (isObject(def)) return def.shape[String(key)] ?? def.catchall ?? null;
  if (isArray(def)) return def.element;
  if (isRecord(def)) return def.valueType;
  return null;
}

/** The schema at a path below one, or null. */
export function schemaAt(schema: z.ZodType, path: Path): z.ZodType | null {
  let at: Schema | null = schema;
  for (const key of path) {
    if (at === null) return null;
    at = below(at, key, typeof key === "number" ? [] : {});
  }
  return at as z.ZodType | null;
}

/** The keys that a mapping of this schema may have; of a union, those of all options. */
export function keysOf(schema: z.ZodType): string[] {
  const bare = unwrapped(schema);
  const { def } = bare._zod;
  if (isObject(def)) return Object.keys(def.shape);
  if (isUnion(def)) return def.options.flatMap((option) => keysOf(option as z.ZodType));
  return [];
}

/** Through wrappers and, for a union, to the option that has the form of the value. */
function formOf(schema: Schema, value: unknown): Schema {
  const bare = unwrapped(schema);
  const { def } = bare._zod;
  if (!isUnion(def)) return bare;
  const form = Array.isArray(value) ? "array" : typeof value;
  const options = def.options.map((option) => unwrapped(option));
  const fitting = options.filter(
    ({
      _zod: {
        def: { type },
      },
    }) => type === form || (form === "object" && type === "record"),
  );
  const keys = typeof value === "object" && value !== null ? Object.keys(value) : [];
  return (
    fitting.find((option) => keys.every((key) => keysOf(option as z.ZodType).includes(key))) ??
    fitting[0] ??
    bare
  );
}

function unwrapped(schema: Schema): Schema {
  const inner = innerOf(schema);
  return inner === null ? schema : unwrapped(inner);
}

/** What a wrapper wraps; the input side of a pipe. */
function innerOf(schema: Schema): Schema | null {
  const { def } = schema._zod;
  if ("innerType" in def) return def.innerType as Schema;
  if (def.type === "pipe") return (def as z.core.$ZodPipeDef).in;
  if (def.type === "lazy") return (def as z.core.$ZodLazyDef).getter();
  return null;
}

const isObject = (def: z.core.$ZodTypeDef): def is z.core.$ZodObjectDef => def.type === "object";
const isArray = (def: z.core.$ZodTypeDef): def is z.core.$ZodArrayDef => def.type === "array";
const isRecord = (def: z.core.$ZodTypeDef): def is z.core.$ZodRecordDef => def.type === "record";
const isUnion = (def: z.core.$ZodTypeDef): def is z.core.$ZodUnionDef => def.type === "union";
