import type { Json } from "../../model/json.ts";
import type { TranslatedLine } from "../../model/upstream-api.ts";

/**
 * The body of a request that names several keys in it.
 *
 *     "keys",          ["1", "2"], null    → [1, 2]
 *     "keys-and-data", ["1", "2"], { a: 1} → { keys: [1, 2], data: { a: 1 } }
 *
 * Keys are texts here since a URL carried them; one that is written as an integer is sent as one.
 */
export function bulkBody(
  bulk: NonNullable<TranslatedLine["bulk"]>,
  keys: readonly string[],
  values: Json,
): Json {
  const sent = keys.map(asKey);
  return bulk === "keys" ? sent : { keys: sent, data: values };
}

const asKey = (key: string): string | number =>
  /^(?:0|-?[1-9]\d*)$/.test(key) && Number.isSafeInteger(Number(key)) ? Number(key) : key;
