import { ExpressionError } from "../model/expression.ts";
import type { Budget } from "./budget.ts";
import { type OwnFunction, TIME, ownName } from "./own-function.ts";
import type { Patterns } from "./patterns.ts";
import { textFunctions } from "./texts.ts";
import { timeFunctions } from "./times.ts";

const DURATION = "google.protobuf.Duration";

/**
 * The functions that cel-js lacks: `now()`, times and durations as text, and functions of an integer for doubles, since JSON
 * numbers are doubles. Also the replacements of functions of its own.
 */
export function ownFunctions(
  now: () => Date,
  patterns: Patterns,
  budget: Budget,
): readonly OwnFunction[] {
  return [
    [`now(): ${TIME}`, now],
    [`string(${TIME}): string`, (time: Date) => time.toISOString()],
    [`string(${DURATION}): string`, String],
    // It is the identity: only templates of URLs look at its name.
    ["raw(dyn): dyn", (value: unknown) => value],
    ["matches(string, string): bool", patterns.test],
    [`string.${ownName("matches")}(string): bool`, patterns.test],
    [`${ownName("double")}(dyn): double`, finiteDouble],
    ...textFunctions(budget),
    ...timeFunctions(budget),
  ];
}

/** `double()` without its ways to infinity: `double("inf")`, `double("nan")`. */
function finiteDouble(value: unknown): number {
  if (typeof value === "string" && (value === "" || value !== value.trim())) return finite(NaN);
  if (typeof value === "boolean" || value === null || value instanceof Date) return finite(NaN);
  return finite(Number(value));
}

/** The number itself. @throws {ExpressionError} when it is infinite, or is not a number */
export function finite(value: number): number {
  if (Number.isFinite(value)) return value;
  throw new ExpressionError("the result is not a finite number");
}
