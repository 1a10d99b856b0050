import type { Collection } from "../../model/action.ts";
import { type Json, isJsonObject } from "../../model/json.ts";

/**
 * The collection that associations lead to, one after another; null where one of them is unknown.
 *
 *     posts, ["category"] → categories
 *     posts, []           → posts
 */
export function collectionAt(
  collections: Readonly<Record<string, Collection>>,
  collection: string,
  path: readonly string[],
): string | null {
  let current = collection;
  for (const name of path) {
    const known = own(collections, current)?.associations ?? {};
    const association = own(known, name);
    if (association === undefined) return null;
    current = association.collection;
  }
  return current;
}

/** The record at the end of associations that a record embeds; null when there is none. */
export function recordAt(record: Json, path: readonly string[]): Json {
  const found = valueAt(record, path);
  return path.length === 0 || isJsonObject(found) ? found : null;
}

/** The value at the end of a path of names; null when there is none. */
export function valueAt(value: Json, path: readonly string[]): Json {
  let current = value;
  for (const name of path) current = (isJsonObject(current) ? own(current, name) : null) ?? null;
  return current;
}

/**
 * The associations to load into a record, so that the record at the end of a path is there with its own associations.
 *
 *     ["author"], []          → ["author"]
 *     ["author"], ["company"] → ["author.company"]
 *     [], ["category"]        → ["category"]
 */
export function appendsAlong(path: readonly string[], appends: readonly string[]): string[] {
  if (path.length === 0) return [...appends];
  const dotted = path.join(".");
  return appends.length === 0 ? [dotted] : appends.map((name) => `${dotted}.${name}`);
}

function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
