import pMap from "p-map";
import type { Action } from "../../model/action.ts";
import { type Json, isJsonObject } from "../../model/json.ts";
import { RECORDS_AT_ONCE, type RecordAccess, type Records } from "../../model/records.ts";
import type { PrimaryKeyOf } from "../../model/primary-key.ts";
import type { CustomActionTrigger } from "../../model/workflow.ts";
import { appendsAlong, recordAt, valueAt } from "../plan/association-path.ts";
import type { Planned } from "../plan/plan.ts";

/** Gives a record with associations; null when there is none. */
type Load = (key: string, appends: readonly string[]) => Promise<Json>;

/** Where the records of a custom action come from, and the names of their keys. */
export interface CustomDataParts {
  readonly records: Pick<Records, "get">;
  readonly primaryKeyOf: PrimaryKeyOf;
}

/** The data of a custom action, or the key of a record that does not exist. */
export type CustomData = { readonly data: Json } | { readonly missing: string };

/**
 * Makes the function that gives a workflow its `trigger.data`.
 *
 *     /samples:trigger/1, a body                 → the record, properties of the body over it
 *     /samples:trigger, a body                   → the body, {} without one
 *     /samples:trigger?filterByTk=[1,2]          → the records that exist
 *     …?triggerWorkflows=key!category            → the record's category, the body's category over it
 *     /workflows:trigger, a body                 → the body
 *
 * The body overwrites the record property by property, not deeper, and not its primary key: a body would name another record
 * than the one that was loaded in the caller's name.
 * @throws {StepError} as `Records`
 * @see docs/workflows.md, "Custom actions"
 */
export function customData(
  action: Action,
  values: Json,
  access: RecordAccess,
  { records, primaryKeyOf }: CustomDataParts,
): (planned: Planned<CustomActionTrigger>) => Promise<CustomData> {
  const { collection, keys } = action;
  const loaded = new Map<string, Promise<Json>>();
  const load: Load = (key, appends) => {
    const place = JSON.stringify([key, appends]);
    const found = loaded.get(place) ?? records.get(collection, key, appends, access);
    loaded.set(place, found);
    return found;
  };

  return async (planned) => {
    const { path, trigger } = planned;
    const [key, second] = keys;
    if (trigger.context === "none") return { data: values ?? {} };
    if (key === undefined)
      return { data: path.length === 0 ? (values ?? {}) : valueAt(values, path) };
    if (second !== undefined) return { data: await existing(planned, keys, load) };
    const record = await load(key, appendsAlong(path, trigger.appends));
    if (record === null) return { missing: key };
    const primaryKey = primaryKeyOf(trigger.collection ?? collection);
    const data = over(recordAt(record, path), values, path, primaryKey);
    if (trigger.context === "record") return { data };
    return { data: data === null ? [] : [data] };
  };
}

async function existing(
  { path, trigger }: Planned<CustomActionTrigger>,
  keys: readonly string[],
  load: Load,
): Promise<Json[]> {
  const appends = appendsAlong(path, trigger.appends);
  const found = await pMap(keys, (key) => load(key, appends), { concurrency: RECORDS_AT_ONCE });
  return found.map((record) => recordAt(record, path)).filter((record) => record !== null);
}

/** A record with the properties of a body in place of its own, except its primary key. */
function over(record: Json, values: Json, path: readonly string[], primaryKey: string): Json {
  const said = path.length === 0 ? values : valueAt(values, path);
  if (isJsonObject(record) && isJsonObject(said)) {
    const key = record[primaryKey];
    return { ...record, ...said, ...(key !== undefined && { [primaryKey]: key }) };
  }
  return path.length > 0 && said !== null ? said : record;
}
