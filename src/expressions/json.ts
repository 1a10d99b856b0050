import { Optional } from "@marcbachmann/cel-js";
import { ExpressionError } from "../model/expression.ts";
import type { Json } from "../model/json.ts";

/**
 * A CEL value as JSON: integers become numbers, times ISO 8601 text, durations `"90s"`, bytes base64.
 * @throws {ExpressionError} for what JSON has no word for: a number that is not finite, an optional, a type
 */
export function jsonOf(value: unknown): Json {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      if (Number.isFinite(value)) return value;
      throw new ExpressionError("the result is not a finite number");
    case "bigint":
      return Number(value);
    case "undefined":
      return null;
    default:
      return value === null ? null : jsonOfObject(value);
  }
}

function jsonOfObject(value: unknown): Json {
  if (Array.isArray(value)) return value.map(jsonOf);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (value instanceof Map) return jsonOfEntries([...value.entries()]);
  if (value instanceof Optional) {
    throw new ExpressionError("the result may be absent; say what it is then with orValue()");
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null)
    return jsonOfEntries(Object.entries(value as object));
  if (isDuration(value)) return `${Number(value.seconds) + value.nanos / 1e9}s`;
  if (isUnsigned(value)) return Number(value.valueOf());
  throw new ExpressionError("the result is a type, which is no JSON value");
}

const jsonOfEntries = (entries: [unknown, unknown][]): Json =>
  Object.fromEntries(entries.map(([name, item]) => [String(name), jsonOf(item)]));

const isDuration = (value: unknown): value is { seconds: bigint; nanos: number } =>
  typeof value === "object" && value !== null && "seconds" in value && "nanos" in value;

const isUnsigned = (value: unknown): value is { valueOf(): bigint } =>
  typeof (value as { valueOf?(): unknown }).valueOf?.() === "bigint";

/** A value as text inside other text: null is nothing, lists and objects are JSON. */
export function textOf(value: Json): string {
  if (value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
