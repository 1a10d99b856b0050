import { isDeepStrictEqual } from "node:util";
import type { Action } from "../../model/action.ts";
import { GatewayError } from "../../model/errors.ts";
import { type Json, type JsonObject, isJsonObject } from "../../model/json.ts";
import { jsonAt, withJsonAt } from "../../model/json-pointer.ts";
import type { ApiFacts, BulkMembers } from "../../model/upstream-api.ts";

/** One record of a body. */
export interface BodyRecord {
  readonly values: Json;
  /** Its key as the body says it; null where the body says none. */
  readonly key: Json;
  /** The query whose records the values are for; null where the body has none. */
  readonly filter: Json;
}

/** The records that a body is about. */
export interface BodyRecords {
  /** At least one. */
  readonly records: readonly BodyRecord[];
  /** The body with these in their places. What stands around them stays. */
  readonly bodyOf: (records: readonly BodyRecord[]) => Json;
}

/** Takes a body apart into records. */
export type ReadRecords = (body: Json) => BodyRecords;

/** The actions whose body is a record, or a list of records. */
const OF_RECORDS: ReadonlySet<string> = new Set([
  "create",
  "update",
  "updateOrCreate",
  "firstOrCreate",
]);

/** A body as one: the record, or the whole list. */
export const wholeRecord = ({ values }: Pick<ApiFacts, "values">, body: Json): BodyRecord => ({
  values: jsonAt(body, values) ?? null,
  key: null,
  filter: null,
});

/** Takes a body as one. */
export const wholeReader =
  (facts: Pick<ApiFacts, "values">): ReadRecords =>
  (body) =>
    one(wholeRecord(facts, body).values, (value) => withJsonAt(body, facts.values, value));

/**
 * How the body of an action is taken apart.
 *
 *     { title: "a" }                         → the one record
 *     [{ title: "a" }, { title: "b" }]       → each of the list
 *     [{ id: 1, title: "a" }], update        → each, with its key
 *     { keys: [1, 2], data: { title: "a" } } → the data, once for each key, where the upstream has this form
 *     { query: { … }, data: { title: "a" } } → the data, with the query as its filter, likewise
 *     { data: { title: "a" } }               → what the fact `values` points to
 *
 * An empty list is one record: itself.
 */
export function recordsReader(
  { values: pointer, bulk }: Pick<ApiFacts, "values" | "bulk">,
  { name, keys }: Action,
  primaryKey: string,
): ReadRecords {
  const ofMany = name === "update" && keys.length === 0;

  return (body) => {
    const content = jsonAt(body, pointer);
    const inPlace = (value: Json) => withJsonAt(body, pointer, value);
    if (content === undefined || !OF_RECORDS.has(name)) return one(content ?? null, inPlace);
    if (Array.isArray(content) && content.length > 0) {
      return list(content as Json[], ofMany ? primaryKey : null, inPlace);
    }
    if (ofMany && bulk !== null && isJsonObject(content) && Object.hasOwn(content, bulk.data)) {
      return enveloped(content, bulk, primaryKey, inPlace);
    }
    return one(content, inPlace);
  };
}

/**
 * Refuses a body that names its records twice, by keys and by a query: Directus takes the one or the other, by its version.
 * @throws {GatewayError} BAD_QUERY
 */
export function assertNamedOnce(
  { values: pointer, bulk }: Pick<ApiFacts, "values" | "bulk">,
  { name }: Pick<Action, "name">,
  body: Json,
): void {
  if (name !== "update" || bulk === null) return;
  const content = jsonAt(body, pointer);
  if (!isJsonObject(content)) return;
  if (![bulk.keys, bulk.query, bulk.data].every((member) => Object.hasOwn(content, member))) return;
  const message = `The body names its records in two ways: by ${bulk.keys} and by ${bulk.query}`;
  throw new GatewayError("BAD_QUERY", message);
}

type InPlace = (value: Json) => Json;

const one = (values: Json, inPlace: InPlace): BodyRecords => ({
  records: [{ values, key: null, filter: null }],
  bodyOf: ([record]) => inPlace(record?.values ?? null),
});

function list(items: readonly Json[], primaryKey: string | null, inPlace: InPlace): BodyRecords {
  const keyOf = (item: Json): Json =>
    primaryKey !== null && isJsonObject(item) && Object.hasOwn(item, primaryKey)
      ? (item[primaryKey] ?? null)
      : null;
  return {
    records: items.map((values) => ({ values, key: keyOf(values), filter: null })),
    bodyOf: (records) => inPlace(records.map(({ values }) => values)),
  };
}

function enveloped(
  envelope: JsonObject,
  bulk: BulkMembers,
  primaryKey: string,
  inPlace: InPlace,
): BodyRecords {
  const values = envelope[bulk.data] ?? null;
  const named = envelope[bulk.keys] ?? [];
  const keys = (Array.isArray(named) ? (named as Json[]) : [named]).filter((key) => key !== null);
  const around = (data: Json) => inPlace({ ...envelope, [bulk.data]: data });
  if (keys.length === 0) {
    return {
      records: [{ values, key: null, filter: envelope[bulk.query] ?? null }],
      bodyOf: ([record]) => around(record?.values ?? null),
    };
  }
  return {
    records: keys.map((key) => ({ values, key, filter: null })),
    // Values that are no longer the same for all need the form that has some for each.
    bodyOf: (records) =>
      records.every((record) => isDeepStrictEqual(record.values, records[0]?.values))
        ? around(records[0]?.values ?? null)
        : inPlace(
            records.map((record) => ({ ...asObject(record.values), [primaryKey]: record.key })),
          ),
  };
}

const asObject = (value: Json): JsonObject => (isJsonObject(value) ? value : {});
