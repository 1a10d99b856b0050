import { type ASTNode, EvaluationError } from "@marcbachmann/cel-js";
import { ExpressionError, type Scope } from "../model/expression.ts";
import { didYouMean } from "../model/nearest.ts";
import { withoutOwnNames } from "./own-function.ts";
import { type Path, fieldOf, pathOf } from "./path.ts";

/** Messages of cel-js with these codes name types, fields and positions, never a value. */
const WITHOUT_VALUES: ReadonlySet<string> = new Set([
  "no_such_overload",
  "no_matching_overload",
  "invalid_condition_type",
  "invalid_logical_operand",
  "invalid_comprehension_range",
  "invalid_list_element_type",
  "index_out_of_bounds",
  "index_out_of_range",
  "invalid_timestamp",
  "division_by_zero",
  "modulo_by_zero",
  "optional_expected",
  "optional_value_missing",
  "int_conversion_error",
  "double_conversion_error",
  "unknown_variable",
]);

/**
 * Why an evaluation failed, in words that never hold a value: it may be a secret, or a caller's.
 *
 *     no such key "titel"; did you mean "title"?
 */
export function reasonOf(error: unknown, scope: Scope): string {
  if (error instanceof ExpressionError) return error.message;
  if (!(error instanceof EvaluationError)) return "a function can't take the value it is given";
  if (error.code === "no_such_key") return missingKey(error.node, scope);
  return WITHOUT_VALUES.has(error.code)
    ? lowerFirst(withoutOwnNames(error.summary))
    : error.code.replaceAll("_", " ");
}

function missingKey(node: ASTNode | undefined, scope: Scope): string {
  const field = node && fieldOf(node);
  if (!node || !field) return "no such key";
  const path = pathOf(node);
  if (path?.root === "secrets") return `the secret ${field.name} is not set`;
  const above = path && ownValue(scope, path);
  const keys = typeof above === "object" && above !== null ? Object.keys(above) : [];
  return `no such key "${field.name}"${didYouMean(field.name, keys)}`;
}

/** The value before the last field of a path. */
function ownValue(scope: Scope, { root, fields }: Path): unknown {
  let value: unknown = scope;
  for (const name of [root, ...fields.slice(0, -1)]) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return null;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

/** As messages begin here. */
export const lowerFirst = (text: string) => text.slice(0, 1).toLowerCase() + text.slice(1);
