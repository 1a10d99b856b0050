import { ExpressionError } from "../model/expression.ts";

/** The number itself. @throws {ExpressionError} when it is infinite, or is not a number */
export function finite(value: number): number {
  if (Number.isFinite(value)) return value;
  throw new ExpressionError("the result is not a finite number");
}
