import { isDeepStrictEqual } from "node:util";
import { RE2JS } from "re2js";
import sift from "sift";
import type { FilterOperator } from "../../model/filter-operators.ts";
import type { Json, JsonObject } from "../../model/json.ts";
import { StepError } from "../../model/step-error.ts";

/** Whether a record is one of those that a filter means. */
export type Matches = (record: Json) => boolean;

/**
 * A filter as a function on records, in the language of MongoDB: equality by field (dotted for nested ones), and
 * `FILTER_OPERATORS`.
 *
 * Values are equal when they are the same text: `"1"` is `1`, for keys come out of URLs as texts.
 * Regular expressions run in linear time (RE2).
 * @throws {StepError} BAD_FILTER
 */
export function matcher(filter: JsonObject): Matches {
  const test = orBadFilter(() =>
    mongo.createQueryTester<unknown>(filter, { operations, compare: sameText }),
  );
  return (record) => orBadFilter(() => test(record));
}

function orBadFilter<T>(attempt: () => T): T {
  try {
    return attempt();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `The filter can't be applied: ${reason}`;
    throw new StepError("BAD_FILTER", message, { retryable: false, cause: error });
  }
}

/** Node finds none of this CommonJS package's names by themselves. */
const mongo: typeof sift = sift;

type Comparison = typeof sift.$gt;
type Options = Parameters<typeof sift.$eq>[2];
type Numeric = number | bigint;

const { $eq, $ne, $in, $nin, $and, $or, $nor, $not } = mongo;
const { $exists, $all, $size, $elemMatch, $options } = mongo;
const equalities = { $eq, $ne, $in, $nin, $all };
const comparisons = {
  $gt: byNumber(mongo.$gt, (value, wanted) => value > wanted),
  $gte: byNumber(mongo.$gte, (value, wanted) => value >= wanted),
  $lt: byNumber(mongo.$lt, (value, wanted) => value < wanted),
  $lte: byNumber(mongo.$lte, (value, wanted) => value <= wanted),
  $mod,
  $size,
  $exists,
};
const combinations = { $and, $or, $nor, $not, $elemMatch };
const operations = {
  ...equalities,
  ...comparisons,
  ...combinations,
  $regex,
  $options,
} satisfies Record<FilterOperator, unknown>;

/** A comparison in which integers outside ±2^53, which are bigints, stand among the other numbers. */
function byNumber(own: Comparison, holds: (value: Numeric, wanted: Numeric) => boolean) {
  return (wanted: unknown, owner: JsonObject, options: Options, name: string) => {
    if (!isNumeric(wanted)) return own(wanted, owner, options, name);
    const test = (value: unknown) => isNumeric(value) && holds(value, wanted);
    return mongo.createEqualsOperation(test, owner, options);
  };
}

function $mod(wanted: unknown, owner: JsonObject, options: Options) {
  const [by, rest] = [wanted].flat() as readonly unknown[];
  if (!isNumeric(by) || !isNumeric(rest)) throw new Error("$mod should be two numbers");
  const leaves = (value: unknown) => isNumeric(value) && sameText(rest, remainder(value, by));
  return mongo.createEqualsOperation(leaves, owner, options);
}

function remainder(value: Numeric, by: Numeric): Numeric {
  const exact = [value, by].every((one) => typeof one === "bigint" || Number.isInteger(one));
  return exact && Number(by) !== 0 ? BigInt(value) % BigInt(by) : Number(value) % Number(by);
}

function $regex(pattern: unknown, owner: JsonObject, options: Options) {
  const { $options: letters = "" } = owner;
  if (typeof pattern !== "string" || typeof letters !== "string" || !/^[ims]*$/.test(letters)) {
    throw new Error("$regex and $options should be texts, $options of the letters i, m and s");
  }
  const compiled = RE2JS.compile(letters === "" ? pattern : `(?${letters})${pattern}`);
  const found = (value: unknown) => typeof value === "string" && compiled.matcher(value).find();
  return mongo.createEqualsOperation(found, owner, options);
}

function sameText(wanted: unknown, value: unknown): boolean {
  if (wanted === null || wanted === undefined) return value === null || value === undefined;
  if (isScalar(wanted) && isScalar(value)) return String(wanted) === String(value);
  return isDeepStrictEqual(wanted, value);
}

const isScalar = (value: unknown): value is string | boolean | Numeric =>
  typeof value === "string" || typeof value === "boolean" || isNumeric(value);

const isNumeric = (value: unknown): value is Numeric =>
  typeof value === "number" || typeof value === "bigint";
