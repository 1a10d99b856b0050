/** Characters that a passphrase has at least. */
const SHORTEST = 8;

/** Bytes of a key of AES-256. */
const BYTES = 32;

/** What a text of `store.key` is: the 32 bytes of a key, or a passphrase to make one from. */
export type StoreKey =
  | { readonly kind: "bytes"; readonly bytes: Buffer }
  | { readonly kind: "passphrase"; readonly text: string };

/**
 * Reads a text of `store.key`; null where it is too short for a passphrase.
 *
 *     "1f…" of 64 hexadecimal digits, or 32 bytes as base64 → these bytes
 *     "correct horse battery staple"                        → a passphrase
 */
export function storeKeyOf(text: string): StoreKey | null {
  const written = text.trim();
  if (/^[0-9a-f]{64}$/i.test(written)) return { kind: "bytes", bytes: Buffer.from(written, "hex") };
  if (/^[\w+/-]{43}=?$/.test(written)) {
    const bytes = Buffer.from(written, "base64");
    if (bytes.length === BYTES) return { kind: "bytes", bytes };
  }
  return written.length < SHORTEST ? null : { kind: "passphrase", text: written };
}
