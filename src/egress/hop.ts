import { unescape } from "node:querystring";
import { OFFERED_CODINGS } from "../model/content-coding.ts";
import { FRAMING, type IsCredential } from "../model/headers.ts";
import type { OutboundRequest } from "../model/outbound.ts";

/** One request on its way through redirects. Header names are in lower case. */
export interface Hop {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer | null;
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Headers that follow from the URL, the body and the connection. A workflow can't set them. */
const DERIVED: ReadonlySet<string> = new Set([...FRAMING, "host", "expect"]);

/** The first request. User and password in the URL become Basic credentials, as everywhere. */
export function firstHop(url: URL, { method, headers, body }: OutboundRequest): Hop {
  const given = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  const kept = given.filter(([name = ""]) => !DERIVED.has(name));
  return {
    url: withoutUser(url),
    method,
    headers: {
      "accept-encoding": OFFERED_CODINGS,
      ...basic(url),
      ...(Object.fromEntries(kept) as Record<string, string>),
    },
    body,
  };
}

/**
 * The request that an answer sends on to, as fetch makes it; null when the answer is not a redirect.
 *
 * 303, and 301 and 302 after a POST, become a GET without a body. Another origin gets no credentials, and never again.
 * @see RFC 9110, section 15.4; Fetch standard, HTTP-redirect fetch
 */
export function nextHop(
  from: Hop,
  status: number,
  location: string | undefined,
  isCredential: IsCredential,
): Hop | null {
  if (!REDIRECTS.has(status) || location === undefined) return null;
  if (!URL.canParse(location, from.url.href)) return null;
  const url = withoutUser(new URL(location, from.url));
  const toGet =
    status === 303
      ? from.method !== "GET" && from.method !== "HEAD"
      : status < 303 && from.method === "POST";
  const sameOrigin = url.origin === from.url.origin;
  const headers = Object.entries(from.headers).filter(
    ([name]) => (sameOrigin || !isCredential(name)) && !(toGet && name.startsWith("content-")),
  );
  return {
    url,
    method: toGet ? "GET" : from.method,
    headers: Object.fromEntries(headers),
    body: toGet ? null : from.body,
  };
}

function withoutUser(url: URL): URL {
  const plain = new URL(url.href);
  plain.username = plain.password = "";
  return plain;
}

function basic({ username, password }: URL): Record<string, string> {
  if (username === "" && password === "") return {};
  const pair = `${unescape(username)}:${unescape(password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}
