import { type Json, isJsonObject } from "./json.ts";

const SECRET_ENDINGS = [
  "password",
  "passwd",
  "passphrase",
  "secret",
  "token",
  "apikey",
  "accesskey",
  "privatekey",
  "authorization",
  "cookie",
  "credential",
  "credentials",
  "passwordhash",
  "salt",
  "otp",
  "cvv",
  "pwd",
  "jwt",
  "signature",
  "sessionid",
];

/** Shown in place of what is secret. */
export const REDACTED = "[redacted]";

/** Decides by its name whether a field is secret. */
export type IsSecret = (name: string) => boolean;

/**
 * The rule of docs/identity.md: a name, in lower case without `-` and `_`, that ends with a word of the list, or is one of
 * `more` (compared the same way).
 *
 *     secretNames(["iban"])("access_Token") → true
 */
export function secretNames(more: readonly string[]): IsSecret {
  const own = new Set(more.map(plain));
  // The same few names come with every request.
  const judged = new Map<string, boolean>();
  return (name) => {
    const before = judged.get(name);
    if (before !== undefined) return before;
    const word = plain(name);
    const secret = own.has(word) || SECRET_ENDINGS.some((ending) => word.endsWith(ending));
    if (judged.size >= MOST_NAMES) judged.clear();
    if (name.length <= LONGEST_NAME) judged.set(name, secret);
    return secret;
  };
}

/** Bounds on what is remembered, since clients choose names. */
const MOST_NAMES = 2_000;
const LONGEST_NAME = 100;

const plain = (name: string) => name.toLowerCase().replace(/[-_]/g, "");

/** Makes a value fit to be kept or shown. */
export type Redact = (value: Json) => Json;

/** The same, of a value that may be large: others get their turn meanwhile. */
export type RedactInSlices = (value: Json) => Promise<Json>;

/** The value without its secret fields, at any depth. */
export function withoutSecrets(value: Json, isSecret: IsSecret): Json {
  if (Array.isArray(value)) return value.map((item: Json) => withoutSecrets(item, isSecret));
  if (!isJsonObject(value)) return value;
  const open = Object.entries(value).filter(([name]) => !isSecret(name));
  return Object.fromEntries(open.map(([name, item]) => [name, withoutSecrets(item, isSecret)]));
}
