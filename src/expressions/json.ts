import { Optional } from "@marcbachmann/cel-js";
import { ExpressionError } from "../model/expression.ts";
import { type Json, jsonText } from "../model/json.ts";
import type { Budget } from "./budget.ts";
import { jsonOfInteger } from "./integers.ts";
import { isWritable } from "./times.ts";

/**
 * A CEL value as JSON: integers become numbers up to ±2^53, times ISO 8601 text, durations `"90s"`, bytes base64.
 * Each element is taken from the budget.
 * @throws {ExpressionError} for a number that is not finite, an integer outside 64 bits, an optional, a type
 */
export function jsonOf(value: unknown, budget: Budget): Json {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      if (Number.isFinite(value)) return value;
      throw new ExpressionError("the result is not a finite number");
    case "bigint":
      return jsonOfInteger(value);
    case "object":
      return value === null ? null : jsonOfObject(value, budget);
    default:
      return null;
  }
}

function jsonOfObject(value: object, budget: Budget): Json {
  if (Array.isArray(value)) {
    budget.spend(value.length);
    return value.map((item) => jsonOf(item, budget));
  }
  if (value instanceof Date) return textOfTime(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (value instanceof Map) return jsonOfEntries([...value.entries()], budget);
  if (value instanceof Optional) {
    throw new ExpressionError("the result may be absent; say what it is then with orValue()");
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null)
    return jsonOfEntries(Object.entries(value), budget);
  if (isDuration(value)) return `${Number(value.seconds) + value.nanos / 1e9}s`;
  if (isUnsigned(value)) return jsonOfInteger(value.valueOf());
  throw new ExpressionError("the result is a type, which JSON has no form for");
}

function jsonOfEntries(entries: [unknown, unknown][], budget: Budget): Json {
  budget.spend(entries.length);
  return Object.fromEntries(entries.map(([name, item]) => [String(name), jsonOf(item, budget)]));
}

function textOfTime(time: Date): string {
  if (isWritable(time)) return time.toISOString();
  throw new ExpressionError("the result is a time outside the years 1 to 9999");
}

const isDuration = (value: unknown): value is { seconds: bigint; nanos: number } =>
  typeof value === "object" && value !== null && "seconds" in value && "nanos" in value;

const isUnsigned = (value: unknown): value is { valueOf(): bigint } =>
  typeof (value as { valueOf?(): unknown }).valueOf?.() === "bigint";

/** A value as text inside other text: null is nothing, lists and objects are JSON. */
export function textOf(value: Json): string {
  if (value === null) return "";
  return typeof value === "string" ? value : jsonText(value);
}
