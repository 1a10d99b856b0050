import type { ReadyAnswer } from "../model/caller.ts";
import type { JsonObject } from "../model/json.ts";

/** What is known of a token's bearer. */
export interface Bearer {
  /** Without secret fields. */
  readonly user: JsonObject;
  /** Null: unknown. */
  readonly roles: readonly string[] | null;
}

/**
 * Proves a token.
 * @param role the one the client asks for, unproved
 * @throws {GatewayError} UNAUTHENTICATED; UPSTREAM_UNREACHABLE, UPSTREAM_TIMEOUT, UPSTREAM_BROKEN when it can't be told
 */
export type Prove = (
  token: string,
  role: string | null,
) => Promise<Bearer | { readonly answer: ReadyAnswer }>;
