import type { Caller, Presented } from "../model/caller.ts";
import { headerPairs } from "../model/headers.ts";
import type { Json } from "../model/json.ts";
import { type OwnHeaders, carriedIn } from "./carried.ts";
import { tokenInvalid } from "./challenge.ts";

/** A longer one is not a token. In characters. */
const LONGEST = 16_384;

/** Visible characters; a comma would be two headers joined. */
const TOKEN = /^[!-+\--~]+$/;

/** The credentials and the role in a request, read. */
export interface Shown {
  /** Null: none. */
  readonly token: string | null;
  /** Where the token stood: in the header or `?token=`, or in `?access_token=`. */
  readonly from: "token" | "access_token";
  /** The header `Cookie` as it came; null: none. */
  readonly cookie: string | null;
  /** The session in a header of the upstream's own; null: none. */
  readonly session: string | null;
  /** All headers of the upstream's own, the session too. */
  readonly carried: Readonly<Record<string, string>>;
  /** The role that it asks for, unproved: `X-Role`. Null: none. */
  readonly role: string | null;
}

/**
 * Reads what a request shows: the bearer token of its `Authorization` header, or else of `?token=`, or else of
 * `?access_token=`; its cookies; the headers by which the upstream knows its clients; the role that it asks for.
 * @throws {GatewayError} UNAUTHENTICATED for another scheme, two such headers or parameters, and what can't be a token
 * @see RFC 6750, section 2
 */
export function shownBy(presented: Presented, own: OwnHeaders): Shown {
  const { headers } = presented;
  const { token, from } = tokenOf(presented);
  const carried = carriedIn(headers, own);
  const session = own.session === null ? undefined : carried[own.session.header];
  return {
    token,
    from,
    cookie: headers.cookie ?? null,
    session: session === undefined ? null : checked(session),
    carried,
    role: wantedRole(presented),
  };
}

function tokenOf({
  headers,
  rawHeaders = [],
  query = {},
}: Presented): Pick<Shown, "token" | "from"> {
  const { authorization } = headers;
  const sent = headerPairs(rawHeaders).filter(([name]) => name.toLowerCase() === "authorization");
  if (sent.length > 1) throw tokenInvalid("two Authorization headers");
  if (authorization !== undefined) {
    const [scheme = "", token = "", ...more] = authorization.trim().split(/ +/, 3);
    if (scheme.toLowerCase() !== "bearer" || more.length > 0) throw tokenInvalid("no Bearer token");
    return { token: checked(token), from: "token" };
  }
  const token = parameter(query["token"]);
  return token === null
    ? { token: parameter(query["access_token"]), from: "access_token" }
    : { token, from: "token" };
}

/** A parameter that is given twice is refused: it is unknown which of the two the upstream takes. */
function parameter(value: Json | undefined): string | null {
  if (value === undefined || value === "") return null;
  return checked(typeof value === "string" ? value : "");
}

function checked(token: string): string {
  if (token.length > LONGEST || !TOKEN.test(token)) throw tokenInvalid("malformed");
  return token;
}

function wantedRole({ headers }: Presented): string | null {
  const sent = headers["x-role"];
  const role = Array.isArray(sent) ? sent.join(", ") : sent;
  return role === undefined || role === "" ? null : role;
}

/**
 * The headers for calls in the caller's name. A token in the query becomes a header.
 * @param carried those of the upstream's own
 */
export function credentialsOf(
  presented: Presented,
  carried: Shown["carried"],
): Caller["credentials"] {
  const { headers, query = {} } = presented;
  const tokens = [query["token"], query["access_token"]];
  const token = tokens.find((one) => typeof one === "string" && TOKEN.test(one));
  const all = {
    Authorization: headers.authorization ?? (token && `Bearer ${token as string}`),
    Cookie: headers.cookie,
    "X-Role": wantedRole(presented),
  };
  const given = Object.entries(all).filter(([, value]) => value !== undefined && value !== null);
  return { ...(Object.fromEntries(given) as Record<string, string>), ...carried };
}
