import { type Json, isJsonObject } from "../../model/json.ts";

/** The key of a record, as a text; null when it has none. `{ id: 7 }` → `"7"`. */
export function keyOfRecord(record: Json, primaryKey: string): string | null {
  const key = isJsonObject(record) && Object.hasOwn(record, primaryKey) ? record[primaryKey] : null;
  if (typeof key === "string") return key === "" ? null : key;
  return typeof key === "number" || typeof key === "bigint" ? String(key) : null;
}
