import { type JWTVerifyGetKey, createRemoteJWKSet, errors } from "jose";
import { GatewayError } from "../model/errors.ts";

/** Milliseconds that a key server has for its answer. */
const TIMEOUT = 5_000;

/** Milliseconds between two questions for a key that is not in the set, so that no client can make a flood of them. */
const ASK_AGAIN_AFTER = 5_000;

/**
 * Keys of a key server (JWKS). The set is asked for anew when it is 10 minutes old, and when a token names a key that is
 * not in it, so that keys may be rotated.
 * @throws {GatewayError} UPSTREAM_UNREACHABLE, UPSTREAM_TIMEOUT, UPSTREAM_BROKEN: a token that can't be checked is
 *   neither good nor bad
 */
export function remoteKeys(url: URL, now: () => Date): JWTVerifyGetKey {
  // Ours, since jose's own cooldown would refuse a new key for as long after *any* question.
  const keys = createRemoteJWKSet(url, { timeoutDuration: TIMEOUT, cooldownDuration: Infinity });
  let askedAgain = -Infinity;

  const mayAskAgain = () => {
    if (keys.reloading) return true; // joins the question that is under way
    // Either way: a clock that is set back must not keep it from asking.
    if (Math.abs(now().getTime() - askedAgain) < ASK_AGAIN_AFTER) return false;
    askedAgain = now().getTime();
    return true;
  };

  return async (header, token) => {
    try {
      return await keys(header, token).catch(async (error: unknown) => {
        if (!(error instanceof errors.JWKSNoMatchingKey) || !mayAskAgain()) throw error;
        await keys.reload();
        return keys(header, token);
      });
    } catch (error) {
      throw keyServerError(error);
    }
  };
}

/** Errors about the token itself stay what they are. */
function keyServerError(error: unknown): unknown {
  const aboutToken =
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported;
  if (aboutToken) return error;
  const [code, message] =
    error instanceof errors.JWKSTimeout
      ? (["UPSTREAM_TIMEOUT", "The key server did not answer in time"] as const)
      : error instanceof errors.JOSEError
        ? (["UPSTREAM_BROKEN", "The key server's answer is not a JSON Web Key Set"] as const)
        : (["UPSTREAM_UNREACHABLE", "The key server can't be reached"] as const);
  return new GatewayError(code, message, { cause: error });
}
