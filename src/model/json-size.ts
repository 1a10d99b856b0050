import type { Json, JsonObject } from "./json.ts";

/**
 * About how many bytes a value has as JSON: characters count one, whatever they take. Stops counting beyond `most`, so that
 * what is large costs no more than that.
 *
 *     {"a":[1,"b"]} → 13
 */
export function jsonSize(value: Json, most: number): number {
  if (typeof value === "string") return value.length + 2;
  if (typeof value === "number" || typeof value === "bigint") return digits(value);
  if (typeof value !== "object" || value === null) return 4;
  let size = 2;
  if (Array.isArray(value)) {
    for (const item of value as readonly Json[]) {
      size += jsonSize(item, most - size) + 1;
      if (size > most) break;
    }
    return size;
  }
  const object = value as JsonObject;
  for (const name in object) {
    size += name.length + 4 + jsonSize(object[name] as Json, most - size);
    if (size > most) break;
  }
  return size;
}

/** Small integers are most of all numbers, and need not be written out to be counted. */
const digits = (value: number | bigint): number =>
  Number.isInteger(value) && value >= 0 && value < 10 ? 1 : String(value).length;
