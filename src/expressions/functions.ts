import { ExpressionError } from "../model/expression.ts";
import type { Patterns } from "./patterns.ts";

/** Functions of ours that no expression can name: `adapt` puts them in place of cel-js's. */
export const RE2_MATCHES = "re2Matches";
/** See `RE2_MATCHES`. */
export const FINITE_DOUBLE = "finiteDouble";

/** A CEL signature and what it calls. */
type OwnFunction = readonly [signature: string, handler: (...args: never[]) => unknown];

const TIME = "google.protobuf.Timestamp";
const DURATION = "google.protobuf.Duration";

/**
 * What cel-js lacks: `now()`, times and durations as text, and the functions that take an integer, for the doubles that JSON
 * numbers are.
 */
export function ownFunctions(now: () => Date, patterns: Patterns): readonly OwnFunction[] {
  return [
    [`now(): ${TIME}`, now],
    [`string(${TIME}): string`, (time: Date) => time.toISOString()],
    [`string(${DURATION}): string`, String],
    [`timestamp(double): ${TIME}`, timeOf],
    // What it says is how a value is put into a URL.
    ["raw(dyn): dyn", (value: unknown) => value],
    ["matches(string, string): bool", patterns.test],
    [`string.${RE2_MATCHES}(string): bool`, patterns.test],
    [`${FINITE_DOUBLE}(dyn): double`, finiteDouble],
    [
      "string.replace(string, string): string",
      (text: string, from: string, to: string) => text.replaceAll(from, () => to),
    ],
    ["string.substring(double): string", slice],
    ["string.substring(double, double): string", slice],
    ["string.substring(double, int): string", slice],
    ["string.substring(int, double): string", slice],
  ];
}

function slice(text: string, from: number | bigint, to: number | bigint = text.length): string {
  const [start, end] = [Number(from), Number(to)];
  const whole = Number.isInteger(start) && Number.isInteger(end);
  if (whole && 0 <= start && start <= end && end <= text.length) return text.slice(start, end);
  throw new ExpressionError("substring() reaches outside the text");
}

function timeOf(seconds: number): Date {
  const time = new Date(seconds * 1_000);
  if (!Number.isNaN(time.getTime())) return time;
  throw new ExpressionError("timestamp() is given too large a number");
}

/** `double()` without its ways to infinity: `double("inf")`, `double("nan")`. */
function finiteDouble(value: unknown): number {
  if (typeof value === "string" && (value === "" || value !== value.trim())) return finite(NaN);
  if (typeof value === "boolean" || value === null || value instanceof Date) return finite(NaN);
  return finite(Number(value));
}

/** The number itself. @throws {ExpressionError} when it is infinite, or none */
export function finite(value: number): number {
  if (Number.isFinite(value)) return value;
  throw new ExpressionError("the result is not a finite number");
}
