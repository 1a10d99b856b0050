import type { Collection } from "./action.ts";

/** Names the field that holds the key of a collection's records: `id`, `documentId`. */
export type PrimaryKeyOf = (collection: string) => string;

/**
 * Makes the function that names primary keys.
 * @param usual of collections for which the configuration names none: the fact `primaryKey`
 */
export function primaryKeys(
  collections: Readonly<Record<string, Collection>>,
  usual: string,
): PrimaryKeyOf {
  const known = new Map(Object.entries(collections));
  return (collection) => known.get(collection)?.primaryKey ?? usual;
}
