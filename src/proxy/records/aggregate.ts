import type { AggregateFunction, AggregateQuery } from "../../model/aggregate.ts";
import { type Json, isJsonObject } from "../../model/json.ts";
import { jsonAt } from "../../model/json-pointer.ts";
import { StepError } from "../../model/step-error.ts";
import { type Decimal, ZERO, added, compared, decimalJson, decimalOf, divided } from "./decimal.ts";
import { fieldAt } from "./order.ts";

/**
 * The number that a function makes of records, as SQL does: what is null or missing is left out. Without any value `count`
 * and `sum` are 0, the others null. Integers are exact, however large; so are sums of decimals (0.1 + 0.2 is 0.3).
 * @throws {StepError} NOT_A_NUMBER for a value that is not one
 */
export function aggregated(
  records: readonly Json[],
  { function: name, field }: Pick<AggregateQuery, "function" | "field">,
): number | bigint | null {
  if (field === null) return records.length;
  const values = records
    .filter(isJsonObject)
    .map((record) => fieldAt(record, field))
    .filter((value) => value !== null);
  if (name === "count") return values.length;
  const found = combined(
    name,
    values.map((value) => numberIn(value, field)),
  );
  return found === null ? null : decimalJson(found);
}

function combined(
  name: Exclude<AggregateFunction, "count">,
  numbers: readonly Decimal[],
): Decimal | null {
  if (name === "sum") return numbers.reduce(added, ZERO);
  const [first, ...others] = numbers;
  if (first === undefined) return null;
  if (name === "avg") return divided(others.reduce(added, first), numbers.length);
  const sign = name === "min" ? 1 : -1;
  return others.reduce((best, one) => (sign * compared(one, best) < 0 ? one : best), first);
}

/**
 * The number in an upstream's own answer. An upstream that has no record to sum up says null.
 * @param pointer where it stands
 * @throws {StepError} UPSTREAM_FAILED where there is none
 */
export function answeredNumber(
  json: Json,
  pointer: string,
  { function: name }: Pick<AggregateQuery, "function">,
): number | bigint | null {
  const said = jsonAt(json, pointer);
  const number = said === undefined || said === null ? null : decimalOf(said);
  if (number !== null) return decimalJson(number);
  if (said === null) return name === "count" || name === "sum" ? 0 : null;
  const message = `The answer to an aggregate holds no number at "${pointer}"; see upstream.api.aggregate`;
  throw new StepError("UPSTREAM_FAILED", message, { retryable: false });
}

function numberIn(value: Json, field: string): Decimal {
  const number = decimalOf(value);
  if (number !== null) return number;
  const message = `The field ${field} of a record is not a number`;
  throw new StepError("NOT_A_NUMBER", message, { retryable: false });
}
