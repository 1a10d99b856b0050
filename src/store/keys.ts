import { scryptSync } from "node:crypto";
import { storeKeyOf } from "../model/store-key.ts";
import { StoreUnusable } from "./unusable.ts";

/** The keys of a store, 32 bytes each: the first seals, all open. */
export type StoreKeys = readonly [Buffer, ...Buffer[]];

/** What one guess of a passphrase costs: about 0.1 s and 32 MB. */
const GUESS = { N: 32_768, r: 8, p: 1, maxmem: 67_108_864 } as const;

/** The same in all processes that share a store, so that it can't be random. */
const SALT = "sidehook store.key";

/**
 * Makes keys of the texts of `store.key`. A passphrase is stretched by scrypt (RFC 7914).
 * @param place of the store, for errors
 * @throws {StoreUnusable} when a text is not a key
 */
export function keysOf(texts: readonly string[], place: string): StoreKeys {
  const [first, ...more] = texts.map((text) => {
    const key = storeKeyOf(text);
    if (key === null) throw new StoreUnusable(place, "a key of it is too short, or was cut off");
    return key.kind === "bytes" ? key.bytes : scryptSync(key.text, SALT, 32, GUESS);
  });
  if (first === undefined) throw new StoreUnusable(place, "it has no key; set store.key");
  return [first, ...more];
}
