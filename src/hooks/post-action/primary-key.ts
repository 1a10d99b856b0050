import type { Collection } from "../../model/action.ts";

/** The name of a collection's primary key: `id`, unless the configuration says otherwise. */
export function primaryKeyOf(
  collections: Readonly<Record<string, Collection>>,
  collection: string,
): string {
  return (Object.hasOwn(collections, collection) && collections[collection]?.primaryKey) || "id";
}
