import { type Json, type JsonObject, isJsonObject } from "../../model/json.ts";
import { type RecordKey, isKey } from "./record-keys.ts";

/** One record that an action was about. */
export interface Row {
  /** The record, or the values that are known of it. */
  readonly data: Json;
  /** The key to load the record by, where `data` may not be the whole record; else null. */
  readonly key: string | null;
}

/** The answer and the request that rows are made from. */
export interface RowParts {
  /** The value in the answer where a record or records should be; undefined when it can't be read. */
  readonly answerData: Json | undefined;
  /**
   * Whether the answer may lack records, or some of their fields: the client's query decided so, or the upstream's answers to
   * writes are so.
   */
  readonly shaped: boolean;
  /** `create`, `destroy`, … */
  readonly action: string;
  /** Of the records that the action was about, as far as they are known. */
  readonly keys: readonly RecordKey[];
  readonly primaryKey: string;
  /** The values of each record in the body that was forwarded. */
  readonly submitted: readonly Json[];
}

/**
 * The records of an answer, one row a record.
 *
 * Where the answer holds no record (204, a count, not an object), or the client's query shaped it: one row for each key, to
 * be loaded; until then its data are the submitted values. Without a key: the submitted values alone. A destroyed record is
 * the record in the answer, else its key, else null. There are no rows when the answer says that nothing was done.
 *
 *     POST, { id: 7, title: "a" }               → [{ data: { id: 7, title: "a" }, key: null }]
 *     POST ?fields=id, { id: 7 }                → [{ data: { title: "a" }, key: "7" }]
 *     PATCH /posts/1, 204                       → [{ data: { title: "b" }, key: "1" }]
 *     DELETE /posts/1, {}                       → [{ data: { id: "1" }, key: null }]
 *     DELETE /posts?status=old, { "deleted": 0} → []
 */
export function rowsOf(parts: RowParts): Row[] {
  const { answerData, shaped, action } = parts;
  if (saysNone(parts)) return [];
  if (action === "destroy") return destroyedRows(parts);
  if (!shaped) return answeredRows(parts) ?? submittedRows(parts, likely(answerData));
  return keyedRows(parts) ?? submittedRows(parts, null);
}

/** The rows of an answer that holds whole records; null where it does not. */
function answeredRows({ answerData, primaryKey }: RowParts): Row[] | null {
  if (isRecord(answerData, primaryKey)) return [known(answerData)];
  return Array.isArray(answerData) && answerData.every(isJsonObject) ? answerData.map(known) : null;
}

/** The rows of an answer that holds at least keys, where the request's keys are not known. */
function keyedRows({ answerData, keys, primaryKey, submitted }: RowParts): Row[] | null {
  const list = [answerData].flat() as readonly (Json | undefined)[];
  const records = list.filter((one) => isRecord(one, primaryKey));
  // A client that can leave records out would keep them from being looked at.
  const all =
    records.length === list.length && (submitted.length < 2 || submitted.length === list.length);
  if (keys.length > 0 || list.length === 0 || !all) return null;
  return records.map((record, at) => ({
    data: submitted[at] ?? submitted[0] ?? null,
    key: String(record[primaryKey] as RecordKey),
  }));
}

/** One row for each key, else for each record in the body. @param instead the data of each, unless null */
function submittedRows({ keys, submitted }: RowParts, instead: JsonObject | null): Row[] {
  if (keys.length === 0) return instead === null ? submitted.map(known) : [known(instead)];
  return keys.map((key, at) => {
    const own = submitted.length === keys.length ? submitted[at] : submitted[0];
    return { data: instead ?? own ?? null, key: String(key) };
  });
}

function destroyedRows({ answerData, keys, primaryKey }: RowParts): Row[] {
  const list = [answerData ?? []].flat() as readonly Json[];
  const records = list.filter((one) => isRecord(one, primaryKey));
  if (records.length > 0) return records.map(known);
  const gone =
    keys.length === 0 && Array.isArray(answerData) && answerData.every(isKey) ? answerData : keys;
  if (gone.length > 0) return gone.map((key) => known({ [primaryKey]: key }));
  return [known(null)];
}

/** An object without a key may still be the record, or only a confirmation such as {"ok":true}. */
const likely = (answerData: Json | undefined): JsonObject | null =>
  isJsonObject(answerData) && Object.keys(answerData).length > 0 ? answerData : null;

const isRecord = (value: Json | undefined, primaryKey: string): value is JsonObject =>
  isJsonObject(value) && Object.hasOwn(value, primaryKey) && isKey(value[primaryKey]);

/** Members that count the destroyed records in an answer: those of Prisma, MongoDB, SQL drivers. */
const COUNTS = [
  "count",
  "deleted",
  "deletedCount",
  "affected",
  "affectedRows",
  "rowCount",
  "changes",
];

/** Whether an answer says that nothing was done: an empty list; 0 or `[0]`, except for a create; `{ "count": 0 }` for a destroy. */
function saysNone({ answerData, shaped, action, primaryKey }: RowParts): boolean {
  if (action === "create" || action === "updateOrCreate") return !shaped && isEmpty(answerData);
  if (
    answerData === 0 ||
    (Array.isArray(answerData) && answerData.length === 1 && answerData[0] === 0)
  )
    return true;
  if (action !== "destroy") return !shaped && isEmpty(answerData);
  if (!isJsonObject(answerData) || isRecord(answerData, primaryKey)) return isEmpty(answerData);
  return COUNTS.some((name) => Object.hasOwn(answerData, name) && answerData[name] === 0);
}

const isEmpty = (answerData: Json | undefined) =>
  Array.isArray(answerData) && answerData.length === 0;

const known = (data: Json): Row => ({ data, key: null });
