import type { IncomingHttpHeaders } from "node:http";
import type { JsonObject } from "./json.ts";

/** Who sent a request. */
export interface Caller {
  /** Claims or profile, secret fields dropped. */
  readonly user: JsonObject | null;
  readonly roleName: string | null;
  /** Header pairs that let a call be made in the caller's name: Authorization, Cookie, X-Role. Never recorded. */
  readonly credentials: Readonly<Record<string, string>>;
}

/** The facts that a request shows about its sender. */
export interface Presented {
  readonly headers: IncomingHttpHeaders;
  /** The same as raw pairs, where a header that came twice can be seen to. */
  readonly rawHeaders?: readonly string[];
  /** The query, parsed. `token` and `access_token` count where the Authorization header is absent. */
  readonly query?: JsonObject;
}

/** An answer of the upstream that is given to the client as it is. Raw header pairs. */
export interface ReadyAnswer {
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: Buffer;
}

/**
 * The caller, and raw header pairs that renew its session, which it is to get with its answer; or the upstream's own
 * refusal.
 */
export type Identified =
  | { readonly caller: Caller; readonly renews?: readonly string[] }
  | { readonly answer: ReadyAnswer };

/**
 * Says who is calling. Made once from the configuration.
 * @throws {GatewayError} UNAUTHENTICATED with `WWW-Authenticate`, ROLE_NOT_ALLOWED, UPSTREAM_UNREACHABLE, UPSTREAM_TIMEOUT
 */
export type Identify = (presented: Presented) => Promise<Identified>;
