import { hash } from "node:crypto";
import { type JWTPayload, type JWTVerifyOptions, errors, jwtVerify } from "jose";
import { LRUCache } from "lru-cache";
import type { JwtConfig } from "../model/config.ts";
import { type Json, type JsonObject, parseJson } from "../model/json.ts";
import { type IsSecret, withoutSecrets } from "../model/secrets.ts";
import { tokenInvalid } from "./challenge.ts";
import { type JwtKeys, jwtKeys } from "./jwt-keys.ts";
import type { Bearer, Proof } from "./proof.ts";
import { rolesIn } from "./role.ts";

/** Milliseconds that a verified token is believed without another look at its signature: keys may be withdrawn. */
const BELIEVED_FOR = 5 * 60_000;

/** Verified tokens that are kept, and the characters of all of them together. */
const KEPT = { max: 10_000, maxSize: 16_000_000 };

interface Verified extends Bearer {
  /** Milliseconds since 1970, like `until`. */
  readonly from: number;
  readonly until: number;
}

/**
 * Proves tokens by their signature and claims: `exp`, `nbf`, `iss` and `aud`. All verified claims are the user.
 * @param oneOfSeveral whether there are other ways to know a caller: then a token of another form is left to them
 * @throws {Error} when the configured key can't be used
 */
export function jwtProof(
  config: JwtConfig,
  isSecret: IsSecret,
  now: () => Date,
  oneOfSeveral: boolean,
): Proof {
  const keys = jwtKeys(config, now);
  const known = new LRUCache<string, Verified>(KEPT);

  const proven = async (token: string): Promise<Bearer> => {
    const id = hash("sha256", token, "base64");
    const before = known.get(id);
    const time = now().getTime();
    if (before && before.from <= time && time < before.until) return before;
    known.delete(id);
    const claims = await verified(token, keys, optionsFor(config, keys, now()));
    const bearer = {
      user: withoutSecrets(exactClaims(token), isSecret) as JsonObject,
      roles: config.rolesClaim === null ? null : rolesIn(claimAt(claims, config.rolesClaim)),
      from: (claims.nbf ?? 0) * 1_000,
      until: Math.min((claims.exp ?? Infinity) * 1_000, time + BELIEVED_FOR),
    };
    known.set(id, bearer, { size: token.length });
    return bearer;
  };

  return {
    knows: ({ token, from }) =>
      token !== null && from === "token" && (!oneOfSeveral || JWT.test(token)),
    prove: ({ token }) => proven(token ?? ""),
  };
}

/** The form of a JWT: three parts of base64url (RFC 7515, section 7.1). */
const JWT = /^[\w-]+\.[\w-]+\.[\w-]*$/;

const optionsFor = (
  { issuer, audience }: JwtConfig,
  { algorithms }: JwtKeys,
  currentDate: Date,
): JWTVerifyOptions => ({
  algorithms,
  currentDate,
  ...(issuer !== null && { issuer }),
  ...(audience !== null && { audience }),
});

async function verified(
  token: string,
  { keyFor }: JwtKeys,
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  try {
    return (await jwtVerify(token, keyFor, options)).payload;
  } catch (error) {
    if (error instanceof errors.JWKSMultipleMatchingKeys) return byOneOf(error, token, options);
    throw refusal(error);
  }
}

/** The claims of a token that was verified, with integers that jose rounds. */
function exactClaims(token: string): Json {
  const [, claims = ""] = token.split(".");
  return parseJson(new TextDecoder().decode(Buffer.from(claims, "base64url")));
}

/** The token does not say which key signed it, and several may have. */
async function byOneOf(
  keys: errors.JWKSMultipleMatchingKeys,
  token: string,
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  for await (const key of keys) {
    try {
      return (await jwtVerify(token, key, options)).payload;
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw refusal(error);
    }
  }
  throw tokenInvalid("signed by none of the keys");
}

/** The code alone is kept for the log: jose's errors carry the claims. */
const refusal = (error: unknown) =>
  error instanceof errors.JOSEError ? tokenInvalid(error.code) : error;

/** A claim by its name, which may hold dots (`https://example.com/roles`), else by a dotted path (`realm_access.roles`). */
const claimAt = (claims: JWTPayload, name: string): Json | undefined =>
  (own(claims, name) ?? name.split(".").reduce<unknown>(own, claims)) as Json | undefined;

const own = (value: unknown, field: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, field)
    ? (value as Record<string, unknown>)[field]
    : undefined;
