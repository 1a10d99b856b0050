import type { Budget } from "./budget.ts";

/** Of two texts that are compared, so many characters cost one unit. */
const COMPARED = 16;

/** The kinds of values in their order; last stands what has no order among its kind: lists, objects, null. */
const KINDS = { boolean: 0, number: 1, text: 2, time: 3, other: 4 };

/**
 * Compares two values of any kind, as `sort` does: false before true, numbers by value, texts by their UTF-16 units as `<` has
 * them, times. Values of different kinds stand in that order, all others last, in the order in which they came.
 */
export function inOrder(budget: Budget): (one: unknown, other: unknown) => number {
  return (one, other) => {
    const kind = kindOf(one);
    const kinds = kind - kindOf(other);
    if (kinds !== 0 || kind === KINDS.other) return kinds;
    if (kind === KINDS.text) {
      budget.spend(Math.min((one as string).length, (other as string).length) / COMPARED);
    }
    // A bigint and a number are compared by their value.
    return (one as number) < (other as number) ? -1 : (one as number) > (other as number) ? 1 : 0;
  };
}

function kindOf(value: unknown): number {
  switch (typeof value) {
    case "boolean":
      return KINDS.boolean;
    case "number":
    case "bigint":
      return KINDS.number;
    case "string":
      return KINDS.text;
    default:
      return value instanceof Date ? KINDS.time : KINDS.other;
  }
}
