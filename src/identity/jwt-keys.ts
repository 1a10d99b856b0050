import { createPublicKey } from "node:crypto";
import { type CryptoKey, type JWTVerifyGetKey, importSPKI } from "jose";
import type { JwtConfig } from "../model/config.ts";
import { goesWith } from "../model/jwt-algorithms.ts";
import { remoteKeys } from "./remote-keys.ts";

/** Algorithms, and the keys to verify them by. */
export interface JwtKeys {
  readonly algorithms: string[];
  readonly keyFor: JWTVerifyGetKey;
}

/**
 * The keys of a configuration. An HMAC algorithm never meets a public key nor an asymmetric one a secret, whatever the
 * configuration lists.
 * @throws {Error} when the public key is none, or goes with no algorithm of the list
 */
export function jwtKeys(config: JwtConfig, now: () => Date): JwtKeys {
  const asymmetric = config.algorithms.filter((name) => /^(RS|PS|ES|Ed)/.test(name));
  if (config.jwks !== null) {
    return { algorithms: some(asymmetric), keyFor: remoteKeys(new URL(config.jwks), now) };
  }
  if (config.publicKey !== null) {
    const key = createPublicKey(config.publicKey);
    const spki = key.export({ type: "spki", format: "pem" }).toString();
    const algorithms = asymmetric.filter((name) => goesWith(name, key));
    return imported(algorithms, (name) => importSPKI(spki, name));
  }
  if (!config.secret) throw new Error("identity.jwt has no key");
  const secret = new TextEncoder().encode(config.secret);
  const symmetric = config.algorithms.filter((name) => /^HS\d+$/.test(name));
  return imported(symmetric, (name) => {
    const algorithm = { name: "HMAC", hash: name.replace("HS", "SHA-") };
    return crypto.subtle.importKey("raw", secret, algorithm, false, ["verify"]);
  });
}

/** Each key is imported once, which takes longer than to verify a token by it. */
function imported(algorithms: string[], load: (algorithm: string) => Promise<CryptoKey>): JwtKeys {
  const keys = new Map<string, Promise<CryptoKey>>();
  const keyFor: JWTVerifyGetKey = ({ alg }) => {
    const key = keys.get(alg) ?? load(alg);
    keys.set(alg, key);
    return key;
  };
  return { algorithms: some(algorithms), keyFor };
}

function some(algorithms: string[]): string[] {
  if (algorithms.length > 0) return algorithms;
  throw new Error("identity.jwt: none of its algorithms goes with its key");
}
