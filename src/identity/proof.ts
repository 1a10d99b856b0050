import type { ReadyAnswer } from "../model/caller.ts";
import type { JsonObject } from "../model/json.ts";
import type { Shown } from "./shown.ts";

/** The sender of a credential. */
export interface Bearer {
  /** Without secret fields. */
  readonly user: JsonObject;
  /** Null: unknown. */
  readonly roles: readonly string[] | null;
  /** The role that the caller acts in, as the upstream tells it; undefined where it is not asked. */
  readonly currentRole?: string | null;
  /** Raw header pairs that renew the session; the client is to get them with its answer. */
  readonly renews?: readonly string[];
}

/** One way to know a caller. */
export interface Proof {
  /** Whether it is for this kind of credential, good or bad. */
  knows(shown: Shown): boolean;
  /**
   * Who the caller is, or the upstream's own refusal.
   * @throws {GatewayError} UNAUTHENTICATED; UPSTREAM_UNREACHABLE, UPSTREAM_TIMEOUT, UPSTREAM_BROKEN when the proof can't be made
   */
  prove(shown: Shown): Promise<Bearer | { readonly answer: ReadyAnswer }>;
}
