import { type Json, type JsonObject, isJsonObject } from "../../model/json.ts";
import { type RecordKey, isKey } from "./record-keys.ts";

/** One record that an action was about. */
export interface Row {
  /** What is known of it. */
  readonly data: Json;
  /** Set where that may not be the record: the key to load it by. */
  readonly key: string | null;
}

/** What rows are made from. */
export interface RowParts {
  /** What stands in the answer where a record or records should be; undefined when it can't be read. */
  readonly told: Json | undefined;
  readonly destroys: boolean;
  /** Of the records that the action was about, as far as they are known. */
  readonly keys: readonly RecordKey[];
  readonly primaryKey: string;
  /** The body that was forwarded. */
  readonly values: Json;
}

/**
 * The records of an answer. Where it tells none (204, a count, no object): one row a key, to be loaded, with the values
 * that were submitted until then; or those values alone. What was destroyed is the record as the answer tells it, or no
 * more than its key.
 *
 *     POST, { id: 7, title: "a" }  → [{ data: { id: 7, title: "a" }, key: null }]
 *     PATCH /posts/1, 204          → [{ data: { title: "b" }, key: "1" }]
 *     DELETE /posts/1, {}          → [{ data: { id: "1" }, key: null }]
 *
 * @see SPEC.md, section 6
 */
export function rowsOf({ told, destroys, keys, primaryKey, values }: RowParts): Row[] {
  const isRecord = (value: Json | undefined): value is JsonObject =>
    isJsonObject(value) && Object.hasOwn(value, primaryKey) && isKey(value[primaryKey]);
  if (destroys) {
    const records = (Array.isArray(told) ? (told as Json[]) : [told]).filter(isRecord);
    if (records.length > 0) return records.map(known);
    return keys.length > 0 ? keys.map((key) => known({ [primaryKey]: key })) : [known(values)];
  }
  if (isRecord(told)) return [known(told)];
  if (Array.isArray(told) && told.every(isJsonObject)) return told.map(known);
  // An object without a key may be the record all the same, or a word such as {"ok":true}.
  const likely = isJsonObject(told) && Object.keys(told).length > 0 ? told : values;
  if (keys.length > 0) return keys.map((key) => ({ data: likely, key: String(key) }));
  return Array.isArray(likely) ? (likely as Json[]).map(known) : [known(likely)];
}

const known = (data: Json): Row => ({ data, key: null });
