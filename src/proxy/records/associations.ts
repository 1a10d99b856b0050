import pMap from "p-map";
import type { Association, Collection } from "../../model/action.ts";
import { type Json, type JsonObject, isJsonObject } from "../../model/json.ts";
import type { AppendsFact } from "../../model/query-facts.ts";
import { RECORDS_AT_ONCE } from "../../model/records.ts";
import { StepError } from "../../model/step-error.ts";

/** Gives a record of a collection by its key, with associations of its own; null when there is none. */
export type GetRecord = (
  collection: string,
  key: string,
  appends: readonly string[],
) => Promise<Json>;

/**
 * Loads associations into records by a second request on their foreign key; each record is asked for once. What an
 * answer embeds already is left as it is. `author.company` leads on.
 *
 *     [{ id: 1, categoryId: 7 }], ["category"] → [{ id: 1, categoryId: 7, category: { id: 7, … } }]
 *
 * No key, or no such record: null.
 * @throws {StepError} UNKNOWN_ASSOCIATION for one that is neither embedded nor configured; BAD_KEY
 */
export async function withAssociations(
  records: readonly Json[],
  collection: string,
  appends: readonly string[],
  collections: ReadonlyMap<string, Collection>,
  get: GetRecord,
): Promise<readonly Json[]> {
  let loaded = records;
  for (const [name, further] of byFirstName(appends)) {
    if (further.length > 0) {
      loaded = await withFurther(loaded, collection, name, further, collections, get);
    }
    const lacking = loaded.filter((record) => isJsonObject(record) && !embeds(record, name));
    if (lacking.length === 0) continue;
    const { foreignKey, collection: target } = associationOf(collections, collection, name);
    const field = foreignKey ?? `${name}Id`;
    const keys = new Set(lacking.map((record) => keyOf(record as JsonObject, field)));
    const found = await allOf([...keys], (key) => get(target, key, further));
    loaded = loaded.map((record) => {
      if (!isJsonObject(record) || embeds(record, name)) return record;
      return { ...record, [name]: found.get(keyOf(record, field)) ?? null };
    });
  }
  return loaded;
}

/** Loads associations of their own into records that are embedded as `name`. */
async function withFurther(
  records: readonly Json[],
  collection: string,
  name: string,
  further: readonly string[],
  collections: ReadonlyMap<string, Collection>,
  get: GetRecord,
): Promise<readonly Json[]> {
  const lacking = records.filter(
    (record): record is JsonObject =>
      isJsonObject(record) &&
      isJsonObject(record[name]) &&
      !further.every((path) => embedsAll(record, [name, ...path.split(".")])),
  );
  if (lacking.length === 0) return records;
  const { collection: target } = associationOf(collections, collection, name);
  const embedded = lacking.map((record) => record[name] ?? null);
  const whole = await withAssociations(embedded, target, further, collections, get);
  const by = new Map(lacking.map((record, at): [Json, Json] => [record, whole[at] ?? null]));
  return records.map((record) =>
    by.has(record) ? { ...(record as JsonObject), [name]: by.get(record) ?? null } : record,
  );
}

/** What an object holds that only refers to a record: see the part `reference` of the fact `appends`. */
type Reference = AppendsFact["reference"];

/** Whether a record embeds an association, and that one the next, all along a path. */
export function embedsAll(
  record: Json,
  path: readonly string[],
  reference: Reference = null,
): boolean {
  const [name, ...further] = path;
  if (name === undefined) return true;
  if (!isJsonObject(record) || !embeds(record, name, reference)) return false;
  return embedsAll(record[name] ?? null, further, reference);
}

/** Associations with those behind each of them: `["a.b", "a.c", "d"]` → a: [b, c], d: []. */
export function byFirstName(appends: readonly string[]): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const path of appends) {
    const [name = "", ...rest] = path.split(".");
    const further = names.get(name) ?? [];
    names.set(name, rest.length === 0 ? further : [...further, rest.join(".")]);
  }
  return names;
}

function embeds(record: JsonObject, name: string, reference: Reference = null): boolean {
  const value = Object.hasOwn(record, name) ? record[name] : null;
  if (typeof value !== "object" || value === null) return false;
  return reference === null || !isMatch(value as JsonObject, reference);
}

const isMatch = (value: JsonObject, members: Readonly<Record<string, string>>) =>
  Object.entries(members).every(([name, wanted]) => value[name] === wanted);

function associationOf(
  collections: ReadonlyMap<string, Collection>,
  collection: string,
  name: string,
): Association {
  const associations = collections.get(collection)?.associations ?? {};
  const association = Object.hasOwn(associations, name) ? associations[name] : undefined;
  if (association !== undefined) return association;
  const message = `${collection} has no association "${name}"; name it under collections.${collection}.associations`;
  throw new StepError("UNKNOWN_ASSOCIATION", message, { retryable: false });
}

/** The key of the other record; null when there is none. */
function keyOf(record: JsonObject, field: string): string | null {
  const key = Object.hasOwn(record, field) ? record[field] : null;
  if (key === null || key === undefined || key === "") return null;
  if (typeof key === "object") {
    throw new StepError("BAD_KEY", `The field ${field} holds no record key`, { retryable: false });
  }
  return String(key);
}

/** The record of each key, a few at a time. Rejects with the first failure, and asks for no more records after it. */
export async function allOf(
  keys: readonly (string | null)[],
  get: (key: string) => Promise<Json>,
): Promise<ReadonlyMap<string | null, Json>> {
  const load = async (key: string): Promise<[string, Json]> => [key, await get(key)];
  const asked = keys.filter((key) => key !== null);
  return new Map<string | null, Json>(await pMap(asked, load, { concurrency: RECORDS_AT_ONCE }));
}
