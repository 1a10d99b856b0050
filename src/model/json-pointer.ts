import type { Json } from "./json.ts";

/**
 * The value that a JSON pointer leads to, or undefined where it leads nowhere. Own members only.
 *
 *     { data: [{ id: 1 }] } with ""           → the whole
 *                           with "/data/0/id" → 1
 *     { "a/b": 1 }          with "/a~1b"      → 1
 * @see RFC 6901
 */
export function jsonAt(value: Json, pointer: string): Json | undefined {
  let found: unknown = value;
  for (const part of pointer.split("/").slice(1)) {
    const name = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, name))
      return undefined;
    found = (found as Record<string, unknown>)[name];
  }
  return found as Json;
}
