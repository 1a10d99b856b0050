import type { Collection } from "../../model/action.ts";
import { type Json, isJsonObject } from "../../model/json.ts";

/** The primary key of a collection that the configuration says nothing of. */
const USUAL = "id";

/** The name of a collection's primary key. */
export function primaryKeyOf(
  collections: ReadonlyMap<string, Collection>,
  collection: string,
): string {
  return collections.get(collection)?.primaryKey ?? USUAL;
}

/** The key of a record, as a text; null when it has none. `{ id: 7 }` → `"7"`. */
export function keyOfRecord(record: Json, primaryKey: string): string | null {
  const key = isJsonObject(record) && Object.hasOwn(record, primaryKey) ? record[primaryKey] : null;
  if (typeof key === "string") return key === "" ? null : key;
  return typeof key === "number" || typeof key === "bigint" ? String(key) : null;
}
