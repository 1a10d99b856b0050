import { isJsonObject } from "../model/json.ts";
import type { SchemaDocument, SchemaPlace } from "../model/json-schema.ts";
import { schemasUnder } from "./keywords.ts";

/** A schema that has an address or an anchor. */
export interface Found extends SchemaPlace {
  /** The address against which its references are resolved. */
  readonly base: string;
}

/** All addresses and anchors that the schemas of a document have, its own first. */
export function identifiersIn(
  address: string,
  { value, dialect }: SchemaDocument,
): Map<string, Found> {
  const found = new Map<string, Found>([[address, { address, path: [], base: address }]]);
  const look = (schema: unknown, path: SchemaPlace["path"], outer: string): void => {
    if (!isJsonObject(schema)) return;
    const { $id, $anchor, $dynamicAnchor } = schema;
    const base = typeof $id === "string" ? resolved($id, outer) : outer;
    const here = { address, path, base };
    if (base !== outer) found.set(base, here);
    if (base !== outer && path.length === 0) found.set(address, here);
    for (const anchor of [$anchor, $dynamicAnchor]) {
      if (typeof anchor === "string") found.set(`${base}#${anchor}`, here);
    }
    for (const [name, item] of Object.entries(schema)) {
      const kind = schemasUnder(name);
      if (kind === "schema") look(item, [...path, name], base);
      if (kind === "list" && Array.isArray(item)) {
        for (const [index, one] of item.entries()) look(one, [...path, name, index], base);
      }
      if (kind === "named" && isJsonObject(item)) {
        for (const [key, one] of Object.entries(item)) look(one, [...path, name, key], base);
      }
    }
  };
  if (dialect === "2020-12") look(value, [], address);
  return found;
}

/** An `$id` as an address, seen from the one around it. */
export const resolved = (id: string, base: string): string =>
  URL.canParse(id, base) ? new URL(id, base).href.replace(/#$/, "") : base;
