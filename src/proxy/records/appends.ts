import { type Json, type JsonObject, isJsonObject } from "../../model/json.ts";
import type { AppendsFact } from "../../model/query-facts.ts";
import { allOf, embedsAll } from "./associations.ts";

/**
 * Loads associations into records of an upstream that loads them along: a record that lacks one is asked for once more.
 * An association that a record embeds already is left as it is.
 *
 *     [{ id: 1 }], ["category"] → [{ id: 1, category: { id: 7, … } }]
 *
 * No such record any more, or none at the other end: null.
 * @param reference what an object holds that only refers to an association
 * @param get gives a record by its key with the associations
 */
export async function withAppends(
  records: readonly Json[],
  appends: readonly string[],
  reference: AppendsFact["reference"],
  keyOf: (record: Json) => string | null,
  get: (key: string, appends: readonly string[]) => Promise<Json>,
): Promise<readonly Json[]> {
  const lacks = (record: Json): record is JsonObject =>
    isJsonObject(record) && !appends.every((path) => embedsAll(record, path.split("."), reference));
  const keys = new Set(records.filter(lacks).map(keyOf));
  const found = await allOf([...keys], (key) => get(key, appends));
  return records.map((record) => {
    if (!lacks(record)) return record;
    const loaded = found.get(keyOf(record)) ?? null;
    return { ...record, ...associationsOf(record, loaded, appends, reference) };
  });
}

/** The outermost associations of a record that was loaded, for one that lacks some of them. */
function associationsOf(
  record: JsonObject,
  loaded: Json,
  appends: readonly string[],
  reference: AppendsFact["reference"],
): JsonObject {
  const names = new Map<string, string[]>();
  for (const path of appends) {
    const [name = ""] = path.split(".");
    names.set(name, [...(names.get(name) ?? []), path]);
  }
  const lacking = [...names].filter(
    ([, paths]) => !paths.every((path) => embedsAll(record, path.split("."), reference)),
  );
  return Object.fromEntries(
    lacking.map(([name]) => [name, isJsonObject(loaded) ? (loaded[name] ?? null) : null]),
  );
}
