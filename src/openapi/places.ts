import { isJsonObject } from "../model/json.ts";
import type { SchemaDocument, SchemaPlace } from "../model/json-schema.ts";

/** A value in a document, and where it stands. */
export interface Found {
  readonly place: SchemaPlace;
  readonly value: unknown;
}

/** Finds values in documents. */
export interface Places {
  /** The value at a place; null when there is none. */
  at(place: SchemaPlace): Found | null;
  /** The value below another one, references followed; null when there is none. */
  below(found: Found, ...path: readonly (string | number)[]): Found | null;
  /** The same value, or the one that its `$ref` leads to in the end; null where that leads nowhere, or in a circle. */
  followed(found: Found): Found | null;
  /** The place that a reference leads to; null where it leads nowhere. Nothing is asked of the network. */
  target(reference: string, from: SchemaPlace): Found | null;
}

/** References that lead to references, at most. */
const MOST_HOPS = 50;

/** See `Places`. Documents are read by `documentAt`, which gives null for what can't be read. */
export function placesIn(documentAt: (address: string) => SchemaDocument | null): Places {
  const at = (place: SchemaPlace): Found | null => {
    let value: unknown = documentAt(place.address)?.value;
    for (const name of place.path) {
      if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return null;
      value = (value as Record<string, unknown>)[name];
    }
    return value === undefined ? null : { place, value };
  };

  const target = (reference: string, from: SchemaPlace): Found | null => {
    if (!URL.canParse(reference, from.address)) return null;
    const url = new URL(reference, from.address);
    const fragment = url.hash.slice(1);
    url.hash = "";
    if (url.protocol !== "file:" || (fragment !== "" && !fragment.startsWith("/"))) return null;
    return at({ address: url.href, path: namesOf(fragment) });
  };

  const followed = (found: Found): Found | null => {
    let now: Found | null = found;
    for (let hops = 0; now !== null && hops < MOST_HOPS; hops++) {
      const { value }: Found = now;
      const reference = isJsonObject(value) ? value["$ref"] : undefined;
      if (typeof reference !== "string") return now;
      now = target(reference, now.place);
    }
    return null;
  };

  const below = (found: Found, ...path: readonly (string | number)[]): Found | null => {
    let now = followed(found);
    for (const name of path) {
      if (now === null) return null;
      const { value, place }: Found = now;
      if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return null;
      const inner: unknown = (value as Record<string, unknown>)[name];
      now = followed({ place: { ...place, path: [...place.path, name] }, value: inner });
    }
    return now;
  };

  return { at, below, followed, target };
}

/** The names of a JSON pointer in a fragment: `/paths/~1posts` → `paths`, `/posts`. */
function namesOf(fragment: string): string[] {
  return fragment
    .split("/")
    .slice(1)
    .map((part) => decoded(part).replaceAll("~1", "/").replaceAll("~0", "~"));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
