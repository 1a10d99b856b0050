import { type Json, type JsonObject, isJsonObject } from "../model/json.ts";

/** Values that ajv can check, and the way back to what they stand for. */
export interface StandIns {
  /** A value in which each bigint is a double. The value itself where it has none. */
  readonly of: <T>(value: T) => T;
  /** The list or object that a stand-in was made of. */
  readonly original: (standIn: object) => object;
}

/**
 * Bigints are integers outside ±2^53, and ajv knows no bigints. Each is checked as the double at or below it: so an integer
 * stays one, and is within bounds that are doubles exactly if its double is.
 */
export function standIns(): StandIns {
  const originals = new WeakMap<object, object>();
  const of = (value: unknown): unknown => {
    if (typeof value === "bigint") return doubleBelow(value);
    if (typeof value !== "object" || value === null) return value;
    const names = Object.entries(value as Record<string, unknown>);
    let changed = false;
    const made = names.map(([name, item]) => {
      const standIn = of(item);
      changed ||= standIn !== item;
      return [name, standIn] as const;
    });
    if (!changed) return value;
    const copy = Array.isArray(value) ? made.map(([, item]) => item) : Object.fromEntries(made);
    originals.set(copy, value);
    return copy;
  };
  return {
    of: <T>(value: T) => of(value) as T,
    original: (standIn) => originals.get(standIn) ?? standIn,
  };
}

function doubleBelow(integer: bigint): number {
  const near = Number(integer);
  if (!Number.isFinite(near) || BigInt(near) <= integer) return near;
  // The gap between two doubles at this size; a power of two has half the gap below it.
  const [bits] = new BigInt64Array(new Float64Array([near]).buffer);
  const next = new BigInt64Array([(bits ?? 0n) + (near > 0 ? -1n : 1n)]);
  return new Float64Array(next.buffer)[0] ?? near;
}

/** Whether a number is a multiple of another, digit by digit: 19.99 is one of 0.01. */
export function isMultiple(value: number | bigint, of: number | bigint): boolean {
  const [a, b] = [decimal(value), decimal(of)];
  const scale = Math.max(a.scale, b.scale);
  const [left, right] = [atScale(a, scale), atScale(b, scale)];
  return right !== 0n && left % right === 0n;
}

interface Decimal {
  readonly digits: bigint;
  /** How many of them stand behind the point. */
  readonly scale: number;
}

function decimal(value: number | bigint): Decimal {
  const [mantissa = "", exponent = "0"] = String(value).split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  const scale = fraction.length - Number(exponent);
  const digits = BigInt(whole + fraction);
  return scale >= 0 ? { digits, scale } : { digits: digits * 10n ** BigInt(-scale), scale: 0 };
}

const atScale = ({ digits, scale }: Decimal, wanted: number) =>
  digits * 10n ** BigInt(wanted - scale);

/** A text that two values share if JSON Schema says that they are equal: `1.0` and `1`, `{a, b}` and `{b, a}`. */
export function identityOf(value: Json): string {
  if (typeof value === "number") {
    return Number.isInteger(value) && !Number.isSafeInteger(value)
      ? String(BigInt(value))
      : String(value);
  }
  if (typeof value === "bigint") return String(value);
  if (Array.isArray(value)) return `[${(value as Json[]).map(identityOf).join(",")}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const object: JsonObject = value;
  const names = Object.keys(object).toSorted();
  return `{${names.map((name) => `${JSON.stringify(name)}:${identityOf(object[name] ?? null)}`).join(",")}}`;
}
