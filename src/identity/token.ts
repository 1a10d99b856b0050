import type { Caller, Presented } from "../model/caller.ts";
import { headerPairs } from "../model/headers.ts";
import { tokenInvalid } from "./challenge.ts";

/** A longer one is no token. In characters. */
const LONGEST = 16_384;

/** Visible characters; a comma would be two headers joined. */
const TOKEN = /^[!-+\--~]+$/;

/**
 * The bearer token of a request: of its `Authorization` header, or of `?token=` where there is no such header. Null when
 * there is none.
 * @throws {GatewayError} UNAUTHENTICATED for another scheme, two such headers, and what can't be a token
 * @see SPEC.md, section 4; RFC 6750, section 2
 */
export function bearerToken({ headers, rawHeaders = [], queryToken }: Presented): string | null {
  const { authorization } = headers;
  const sent = headerPairs(rawHeaders).filter(([name]) => name.toLowerCase() === "authorization");
  if (sent.length > 1) throw tokenInvalid("two Authorization headers");
  if (authorization === undefined) return queryToken ? checked(queryToken) : null;
  const [scheme = "", token = "", ...more] = authorization.trim().split(/ +/, 3);
  if (scheme.toLowerCase() !== "bearer" || more.length > 0) throw tokenInvalid("no Bearer token");
  return checked(token);
}

function checked(token: string): string {
  if (token.length > LONGEST || !TOKEN.test(token)) throw tokenInvalid("malformed");
  return token;
}

/** The role that a request asks for: `X-Role`. Null when it names none. */
export function wantedRole({ headers }: Presented): string | null {
  const sent = headers["x-role"];
  const role = Array.isArray(sent) ? sent.join(", ") : sent;
  return role === undefined || role === "" ? null : role;
}

/** What lets a call be made in the caller's name. `?token=` becomes a header. */
export function credentialsOf(presented: Presented): Caller["credentials"] {
  const { headers, queryToken } = presented;
  const bearer = queryToken && TOKEN.test(queryToken) ? `Bearer ${queryToken}` : undefined;
  const all = {
    Authorization: headers.authorization ?? bearer,
    Cookie: headers.cookie,
    "X-Role": wantedRole(presented),
  };
  const given = Object.entries(all).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(given) as Record<string, string>;
}
