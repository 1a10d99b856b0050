import type { Json, JsonObject } from "./json.ts";

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
  for (const name of pointerNames(pointer)) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, name))
      return undefined;
    found = (found as Record<string, unknown>)[name];
  }
  return found as Json;
}

/**
 * The value with another one where a JSON pointer leads; what stands around it stays. A pointer that leads nowhere changes
 * nothing.
 *
 *     { data: { id: 1 }, x: 2 } with "/data" and [] → { data: [], x: 2 }
 */
export function withJsonAt(value: Json, pointer: string, put: Json): Json {
  return jsonAt(value, pointer) === undefined ? value : placed(value, pointerNames(pointer), put);
}

/** Objects around a value, so that a JSON pointer leads to it. `{ id: 1 }` with "/data" → `{ data: { id: 1 } }` */
export const jsonUnder = (pointer: string, value: Json): Json =>
  pointerNames(pointer).reduceRight((inner, name) => ({ [name]: inner }), value);

function placed(value: Json, [name, ...below]: readonly string[], put: Json): Json {
  if (name === undefined) return put;
  const inner = (value as JsonObject)[name] ?? null;
  if (Array.isArray(value)) return (value as Json[]).with(Number(name), placed(inner, below, put));
  return { ...(value as JsonObject), [name]: placed(inner, below, put) };
}

/** The names that a JSON pointer is made of. "/a~1b/0" → "a/b", "0" */
export const pointerNames = (pointer: string): string[] =>
  pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
