import type { Scope } from "../model/expression.ts";
import type { Budget } from "./budget.ts";

/** Findings about values that are not changed any more: `trigger.params`, the result of a step. */
const known = new WeakMap<object, boolean>();

/** How far below a scope those values stand. Above them are objects that a run adds to. */
const SETTLED = 2;

/**
 * A scope as cel-js can read it: objects with a field `constructor`, which it takes for their class, become Maps. Else one
 * such field would hide all others: an error at best, and with `.?` an absence. The scope itself where it has no such field.
 * @throws {ExpressionError} EXPRESSION_LIMIT: each value that is looked at is taken from the budget
 */
export function readable(scope: Scope, budget: Budget): Scope {
  return hasConstructorField(scope, 0, budget) ? (withMaps(scope) as Scope) : scope;
}

function hasConstructorField(value: unknown, depth: number, budget: Budget): boolean {
  if (typeof value !== "object" || value === null) return false;
  const before = depth === SETTLED ? known.get(value) : undefined;
  if (before !== undefined) return before;
  const inner: unknown[] = Array.isArray(value) ? value : Object.values(value);
  budget.spend(inner.length);
  const found =
    Object.hasOwn(value, "constructor") ||
    inner.some((item) => hasConstructorField(item, depth + 1, budget));
  if (depth === SETTLED) known.set(value, found);
  return found;
}

/** The same of a value that an expression has made. */
export const readableValue = (value: unknown, budget: Budget): unknown =>
  hasConstructorField(value, SETTLED + 1, budget) ? withMaps(value) : value;

function withMaps(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(withMaps);
  const entries = Object.entries(value).map(([name, item]): [string, unknown] => [
    name,
    withMaps(item),
  ]);
  return Object.hasOwn(value, "constructor") ? new Map(entries) : Object.fromEntries(entries);
}
