import { validateHeaderName, validateHeaderValue } from "node:http";
import { type IsSecret, secretNames } from "./secrets.ts";

/** Headers that belong to one connection and are never forwarded (RFC 9110, section 7.6.1). In lower case. */
export const HOP_BY_HOP: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Headers that say how a message is framed, which only its sender can know. In lower case. */
export const FRAMING: ReadonlySet<string> = new Set([...HOP_BY_HOP, "content-length"]);

/** Whether a text can be the name of a header (RFC 9110, section 5.1). */
export const isHeaderName = (text: string): boolean => passes(() => validateHeaderName(text));

/**
 * Whether a text can be the value of a header: Latin-1 without control characters, except the tab. A CR, LF or NUL would let it
 * begin a header of its own (RFC 9110, section 5.5).
 */
export const isHeaderValue = (text: string): boolean =>
  passes(() => validateHeaderValue("a-header", text));

function passes(validate: () => void): boolean {
  try {
    validate();
    return true;
  } catch {
    return false;
  }
}

/**
 * Headers that ask a server to take a request for another method. In lower case. To servers that name headers as CGI does
 * (RFC 3875, section 4.1.18: PHP, Rack, WSGI) `_` and `-` are one.
 */
export const METHOD_OVERRIDES: ReadonlySet<string> = new Set(
  ["x-http-method-override", "x-http-method", "x-method-override"].flatMap(spellings),
);

/** A name with `-` or `_` in each place. */
function spellings(name: string): string[] {
  const [first = "", ...more] = name.split("-");
  return more.reduce(
    (heads, word) => heads.flatMap((head) => [`${head}-${word}`, `${head}_${word}`]),
    [first],
  );
}

const CREDENTIALS: ReadonlySet<string> = new Set([
  "authorization",
  "authentication",
  "proxy-authorization",
  "cookie",
  "set-cookie",
]);

/** Decides by its name, in any case, whether a header carries a credential. */
export type IsCredential = (name: string) => boolean;

/**
 * Which headers carry a credential and are kept out of `trigger`, the history, logs, metrics and traces: those of HTTP
 * itself, those named as a secret field is, and keys of APIs (`Ocp-Apim-Subscription-Key`). `Idempotency-Key` is not one.
 */
export function credentialHeaders(isSecret: IsSecret): IsCredential {
  return (name) => {
    const lower = name.toLowerCase();
    if (CREDENTIALS.has(lower) || isSecret(lower)) return true;
    return lower.endsWith("-key") && lower !== "idempotency-key";
  };
}

/** The same where `redact:` is not known: when a schema is made. */
export const isCredentialHeader: IsCredential = credentialHeaders(secretNames([]));

/** Raw header pairs as `[name, value]`: `["A", "1", "B", "2"]` → `[["A", "1"], ["B", "2"]]`. */
export function headerPairs(raw: readonly string[]): [name: string, value: string][] {
  const pairs: [string, string][] = [];
  for (let at = 0; at + 1 < raw.length; at += 2)
    pairs.push([raw[at] as string, raw[at + 1] as string]);
  return pairs;
}

/** The first value of a header among raw pairs, by its name in lower case; null when it is absent. */
export function headerValue(raw: readonly string[], name: string): string | null {
  for (let at = 0; at + 1 < raw.length; at += 2) {
    if ((raw[at] as string).toLowerCase() === name) return raw[at + 1] as string;
  }
  return null;
}

/**
 * The header names, in lower case, that `Connection` declares to be for this connection alone; null when it names none.
 *
 *     ["Connection", "close, X-Trace"] → Set { "x-trace" }
 * @see RFC 9110, section 7.6.1
 */
export function connectionNamed(raw: readonly string[]): ReadonlySet<string> | null {
  let named: Set<string> | null = null;
  for (let at = 0; at + 1 < raw.length; at += 2) {
    if ((raw[at] as string).length !== 10 || !/^connection$/i.test(raw[at] as string)) continue;
    for (const option of (raw[at + 1] as string).split(",")) {
      const name = option.trim().toLowerCase();
      if (name === "" || name === "close" || HOP_BY_HOP.has(name)) continue;
      named ??= new Set();
      named.add(name);
    }
  }
  return named;
}

/** Raw pairs that are for the far end: without hop-by-hop headers and those that `Connection` names. */
export function endToEnd(raw: readonly string[]): string[] {
  const named = connectionNamed(raw);
  return withoutHeaders(raw, named === null ? HOP_BY_HOP : new Set([...HOP_BY_HOP, ...named]));
}

/** Raw pairs without those whose name, in lower case, is among `names`. */
export function withoutHeaders(raw: readonly string[], names: ReadonlySet<string>): string[] {
  return headerPairs(raw)
    .filter(([name]) => !names.has(name.toLowerCase()))
    .flat();
}
