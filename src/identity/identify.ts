import type { Identify } from "../model/caller.ts";
import type { IdentityConfig } from "../model/config.ts";
import type { IsSecret } from "../model/secrets.ts";
import type { Upstream } from "../model/upstream.ts";
import { tokenMissing } from "./challenge.ts";
import { introspection } from "./introspection.ts";
import { jwtProof } from "./jwt.ts";
import type { Prove } from "./proof.ts";
import { roleFor } from "./role.ts";
import { bearerToken, credentialsOf, wantedRole } from "./token.ts";

/** What knowing a caller needs of the world. */
export interface IdentifyParts {
  readonly ask: Upstream["ask"];
  readonly isSecret: IsSecret;
  readonly now?: () => Date;
}

/**
 * Makes the function that says who is calling.
 *
 *     none                  → nobody, whatever token is sent
 *     no token, anonymous   → nobody
 *     no token              → 401
 *     a good token          → its user, in the role that was asked for or the first one
 *     a bad token           → 401, or the upstream's own 401 or 403 as it came
 * @throws {Error} when a configured key can't be used
 * @see SPEC.md, section 4
 */
export function identifier(config: IdentityConfig, parts: IdentifyParts): Identify {
  if (config.kind === "none") {
    return async (presented) => ({ caller: { ...nobody, credentials: credentialsOf(presented) } });
  }
  const prove = proofOf(config, parts);

  return async (presented) => {
    const token = bearerToken(presented);
    const credentials = credentialsOf(presented);
    if (token === null) {
      if (!config.anonymous) throw tokenMissing();
      return { caller: { ...nobody, credentials } };
    }
    const role = wantedRole(presented);
    const proof = await prove(token, role);
    if ("answer" in proof) return proof;
    return { caller: { user: proof.user, roleName: roleFor(proof.roles, role), credentials } };
  };
}

const nobody = { user: null, roleName: null };

function proofOf(
  config: Exclude<IdentityConfig, { kind: "none" }>,
  { ask, isSecret, now = () => new Date() }: IdentifyParts,
): Prove {
  return config.kind === "jwt"
    ? jwtProof(config, isSecret, now)
    : introspection(config, ask, isSecret, now);
}
