import { ExpressionError } from "../model/expression.ts";

/**
 * The most that one evaluation may cost: `limits.expression`. A unit is a part of the expression that is evaluated (in a
 * macro, once for each element), an element that is visited, or a character that is made.
 */
export interface Budget {
  readonly limit: number;
  /** Begins an evaluation. Evaluations are synchronous, so one budget serves all. */
  begin(): void;
  /** @throws {ExpressionError} EXPRESSION_LIMIT, as soon as more than `limit` is spent */
  spend(units: number): void;
  /** Whether the evaluation has been ended for its cost. */
  isSpent(): boolean;
}

/** A budget for the expressions of a configuration. */
export function budgetOf(limit: number): Budget {
  const over = new ExpressionError(
    `it visits more elements, or makes more characters, than limits.expression (${limit})`,
    "EXPRESSION_LIMIT",
  );
  let left = limit;
  return {
    limit,
    begin() {
      left = limit;
    },
    spend(units) {
      left -= units;
      if (left < 0) throw over;
    },
    isSpent: () => left < 0,
  };
}
