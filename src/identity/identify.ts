import type { Caller, Identified, Identify, Presented } from "../model/caller.ts";
import type { IdentityConfig, KnownIdentity } from "../model/config.ts";
import { GatewayError } from "../model/errors.ts";
import type { IsSecret } from "../model/secrets.ts";
import type { Upstream } from "../model/upstream.ts";
import { type OwnHeaders, carriedIn } from "./carried.ts";
import { tokenInvalid, tokenMissing } from "./challenge.ts";
import { introspection } from "./introspection.ts";
import { jwtProof } from "./jwt.ts";
import type { Bearer, Proof } from "./proof.ts";
import { roleFor } from "./role.ts";
import { type Shown, credentialsOf, shownBy } from "./shown.ts";

/** The parts of other rooms that identifying a caller needs. */
export interface IdentifyParts {
  readonly ask: Upstream["fetch"];
  readonly isSecret: IsSecret;
  readonly now?: () => Date;
  /** Headers by which the upstream knows its clients. Default: none of its own. */
  readonly own?: OwnHeaders;
}

const NO_OWN: OwnHeaders = { session: null, credentials: [] };

/**
 * Makes the function that says who is calling.
 *
 *     none                       → no user, whatever is sent
 *     no credential, anonymous   → no user
 *     no credential              → 401
 *     a good one                 → its user, in the role that was asked for or the first one
 *     a bad one                  → 401, or the upstream's own 401 or 403 as it came
 *
 * Of several ways the first that knows the kind of credential decides.
 * @throws {Error} when a configured key can't be used
 * @see docs/identity.md
 */
export function identifier(config: IdentityConfig, parts: IdentifyParts): Identify {
  const { own = NO_OWN } = parts;
  if ("kind" in config && config.kind === "none") {
    return async (presented) => nobody(presented, carriedIn(presented.headers, own));
  }
  const ways = [config].flat() as readonly KnownIdentity[];
  const proofs = ways.map((way) => proofOf(way, parts, ways.length > 1));
  const anonymous = ways.some((way) => way.anonymous);
  const asksForSession = ways.some((way) => way.kind === "introspect");

  return async (presented) => {
    const shown = shownBy(presented, own);
    const proof = proofs.find((one) => one.knows(shown));
    if (proof === undefined) {
      if (shown.token !== null && shown.from === "token")
        throw tokenInvalid("it is not of a configured kind");
      if (!anonymous) throw tokenMissing(asksForSession ? (own.session?.header ?? null) : null);
      return nobody(presented, shown.carried);
    }
    // Any site has cookies: of one who need not be known, they are a session only if the upstream says so.
    const mayBeNobody = anonymous && shown.token === null && shown.session === null;
    const found = await proof.prove(shown).catch((error: unknown) => {
      if (mayBeNobody && error instanceof GatewayError && error.code === "UNAUTHENTICATED")
        return null;
      throw error;
    });
    if (found === null || ("answer" in found && mayBeNobody)) {
      return nobody(presented, shown.carried);
    }
    return "answer" in found ? found : known(found, shown, credentialsOf(presented, shown.carried));
  };
}

const nobody = (presented: Presented, carried: Shown["carried"]): Identified => ({
  caller: { user: null, roleName: null, credentials: credentialsOf(presented, carried) },
});

function known(bearer: Bearer, { role }: Shown, credentials: Caller["credentials"]): Identified {
  const { user, renews = [] } = bearer;
  const caller = { user, roleName: roleFor(bearer, role), credentials };
  return { caller, ...(renews.length > 0 && { renews }) };
}

function proofOf(
  way: KnownIdentity,
  { ask, isSecret, now = () => new Date(), own = NO_OWN }: IdentifyParts,
  oneOfSeveral: boolean,
): Proof {
  return way.kind === "jwt"
    ? jwtProof(way, isSecret, now, oneOfSeveral)
    : introspection(way, { ask, isSecret, now, session: own.session });
}
