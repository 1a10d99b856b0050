import type { UpstreamAddress } from "../model/upstream-address.ts";

/** How a client sees this gateway, as far as it or a proxy in front of it tells. */
export interface ClientView {
  /** `https` */
  readonly proto: string;
  /** `api.example.com:8443`; empty where a client of HTTP/1.0 tells none. */
  readonly host: string;
}

/** Makes of an address in an answer's `Location` or `Content-Location` one that the client can reach. */
export type Locate = (address: string, client: ClientView) => string;

/** The same for one client. */
export type Located = (address: string) => string;

/**
 * Gives addresses of the upstream's own origin with the client's, and without the path that is put before every request's.
 * Any other stays.
 *
 *     http://127.0.0.1:3000/v1/posts/7  → https://api.example.com/posts/7
 *     /v1/posts/7, https://elsewhere/   → as they are
 */
export function locations({ origin, base }: UpstreamAddress): Locate {
  return (address, client) => {
    const [whole, authority = ""] = AUTHORITY.exec(address) ?? [];
    if (whole === undefined || originOf(whole, authority, origin) !== origin) return address;
    const path = address.slice(whole.length);
    const isBelow =
      base !== "" && path.startsWith(base) && /^($|[/?#])/.test(path.slice(base.length));
    const own = isBelow ? path.slice(base.length) : path;
    return originFor(client) + (own.startsWith("/") ? own : `/${own}`);
  };
}

/** The scheme, which may be left out, and the authority of an address. RFC 3986, section 3 */
const AUTHORITY = /^(?:https?:)?\/\/([^/\\?#]*)/i;

/** An address without a scheme has that of the upstream. */
function originOf(whole: string, authority: string, own: string): string | null {
  const text = whole.startsWith("//") ? `${new URL(own).protocol}//${authority}` : whole;
  return URL.canParse(text) ? new URL(text).origin : null;
}

/** `https://api.example.com`; empty where it is not known, so that the address begins with its path. */
function originFor({ proto, host }: ClientView): string {
  const scheme = first(proto).toLowerCase();
  const name = first(host);
  return /^https?$/.test(scheme) && HOST.test(name) ? `${scheme}://${name}` : "";
}

/** Of several proxies the first one spoke to the client. */
const first = (list: string) => list.split(",", 1)[0]?.trim() ?? "";

const HOST = /^(\[[0-9a-f:.]+\]|[\w.-]+)(:\d+)?$/i;
