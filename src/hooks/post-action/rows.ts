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
  readonly answerData: Json | undefined;
  /** Whether the client's query decided what of the records the answer tells, or which of them. */
  readonly shaped: boolean;
  /** `create`, `destroy`, … */
  readonly action: string;
  /** Of the records that the action was about, as far as they are known. */
  readonly keys: readonly RecordKey[];
  readonly primaryKey: string;
  /** What the body that was forwarded says of each record. */
  readonly submitted: readonly Json[];
}

/**
 * The records of an answer. Where it tells none (204, a count, no object), or the client had a say in what it tells: one row
 * a key, to be loaded, with the values that were submitted until then; or those values alone. What was destroyed is the
 * record as the answer tells it, or its key alone, or null where not even that is known. None, when the answer says that
 * nothing was done.
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
  if (!shaped) return toldRows(parts) ?? submittedRows(parts, likely(answerData));
  return keyedRows(parts) ?? submittedRows(parts, null);
}

/** The rows of an answer that tells records whole; null where it does not. */
function toldRows({ answerData, primaryKey }: RowParts): Row[] | null {
  if (isRecord(answerData, primaryKey)) return [known(answerData)];
  return Array.isArray(answerData) && answerData.every(isJsonObject) ? answerData.map(known) : null;
}

/** The rows of an answer that tells keys at least, where those of the request are not known. */
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

/** One row for each key, else for each record in the body. @param instead what is known of each, where it is not null */
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

/** An object without a key may be the record all the same, or a word such as {"ok":true}. */
const likely = (answerData: Json | undefined): JsonObject | null =>
  isJsonObject(answerData) && Object.keys(answerData).length > 0 ? answerData : null;

const isRecord = (value: Json | undefined, primaryKey: string): value is JsonObject =>
  isJsonObject(value) && Object.hasOwn(value, primaryKey) && isKey(value[primaryKey]);

/** Members in which answers to a destroy tell how many are gone: those of Prisma, MongoDB, SQL drivers. */
const COUNTS = [
  "count",
  "deleted",
  "deletedCount",
  "affected",
  "affectedRows",
  "rowCount",
  "changes",
];

/** Whether an answer says that nothing was done: an empty list; but for a create 0 and `[0]`; for a destroy `{ "count": 0 }`. */
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
