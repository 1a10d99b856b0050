import { isDeepStrictEqual } from "node:util";
import { RE2JS } from "re2js";
import sift from "sift";
import type { Json, JsonObject } from "../model/json.ts";
import { StepError } from "../model/step-error.ts";

/** Whether a record is one of those that a filter means. */
export type Matches = (record: Json) => boolean;

/**
 * A filter as a function on records, in the language of MongoDB: equality by field (dotted for nested ones), and `$eq`,
 * `$ne`, `$in`, `$nin`, `$gt`, `$gte`, `$lt`, `$lte`, `$and`, `$or`, `$nor`, `$not`, `$exists`, `$all`, `$size`, `$mod`,
 * `$elemMatch`, `$regex` with `$options`. Never `$where`, which runs code.
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

const { $eq, $ne, $in, $nin, $gt, $gte, $lt, $lte, $and, $or, $nor, $not } = mongo;
const { $exists, $all, $size, $mod, $elemMatch, $options } = mongo;
const equalities = { $eq, $ne, $in, $nin, $all };
const comparisons = { $gt, $gte, $lt, $lte, $mod, $size, $exists };
const combinations = { $and, $or, $nor, $not, $elemMatch };
const operations = { ...equalities, ...comparisons, ...combinations, $regex, $options };

function $regex(pattern: unknown, owner: JsonObject, options: Parameters<typeof mongo.$eq>[2]) {
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

const isScalar = (value: unknown): value is string | number | bigint | boolean =>
  ["string", "number", "bigint", "boolean"].includes(typeof value);
