import { createPublicKey } from "node:crypto";
import { z } from "zod";
import { duration } from "../../model/duration.ts";
import type { IdentityConfig, KnownIdentity } from "../../model/config.ts";
import { goesWith } from "../../model/jwt-algorithms.ts";
import { flag, headerName, list, text } from "./field-types.ts";

const HMAC = ["HS256", "HS384", "HS512"];
const RSA = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"];
const ASYMMETRIC = [...RSA, "ES256", "ES384", "ES512", "EdDSA", "Ed25519"];

const publicKey = text.refine(isPublicKey, {
  error: "should be a public key or a certificate in PEM: -----BEGIN PUBLIC KEY-----",
});

function isPublicKey(pem: string): boolean {
  try {
    return !pem.includes("PRIVATE KEY") && createPublicKey(pem).type === "public";
  } catch {
    return false;
  }
}

const jwt = z
  .strictObject({
    secret: text.nullable().default(null),
    publicKey: publicKey.nullable().default(null),
    jwks: z
      .url({ protocol: /^https?$/, error: "should be a URL: https://id.example.com/jwks.json" })
      .nullable()
      .default(null),
    algorithms: z.array(z.enum([...HMAC, ...ASYMMETRIC])).min(1),
    issuer: text.nullable().default(null),
    audience: text.nullable().default(null),
    rolesClaim: text.nullable().default(null),
  })
  .superRefine(({ secret, publicKey: pem, jwks, algorithms }, context) => {
    const keys = [secret, pem, jwks].filter((key) => key !== null);
    if (keys.length !== 1) return context.addIssue("needs one of secret, publicKey and jwks");
    const [fitting, what] = secret === null ? [ASYMMETRIC, "a public key"] : [HMAC, "a secret"];
    for (const [index, algorithm] of algorithms.entries()) {
      if (fitting.includes(algorithm)) continue;
      const message = `${algorithm} does not go with ${what}; use ${fitting.join(", ")}`;
      context.addIssue({ code: "custom", path: ["algorithms", index], message });
    }
    if (pem === null || !isPublicKey(pem)) return;
    const key = createPublicKey(pem);
    if (algorithms.some((name) => goesWith(name, key))) return;
    const fit = ASYMMETRIC.filter((name) => goesWith(name, key));
    const message = `none goes with this public key; ${fit.length > 0 ? `use ${fit.join(", ")}` : "use another key: RSA has at least 2048 bits"}`;
    context.addIssue({ code: "custom", path: ["algorithms"], message });
  });

const pointer = z
  .string()
  .regex(/^(\/.*)?$/, { error: 'should be a JSON pointer: "/data", or empty for the whole' });

const introspect = z.strictObject({
  path: z.string().regex(/^\//, { error: "should be a path on the upstream: /api/auth:check" }),
  user: pointer.default(""),
  roles: pointer.nullable().default(null),
  currentRole: pointer.nullable().default(null),
  pass: list(headerName.transform((name) => name.toLowerCase())),
  cache: duration.prefault("30s"),
});

const known = z
  .strictObject({
    jwt: jwt.optional(),
    introspect: introspect.optional(),
    anonymous: flag.default(false),
  })
  .transform(({ jwt: byToken, introspect: byUpstream, anonymous }, context): KnownIdentity => {
    if (byToken && !byUpstream) return { kind: "jwt", anonymous, ...byToken };
    if (byUpstream && !byToken) return { kind: "introspect", anonymous, ...byUpstream };
    context.addIssue("needs one of jwt and introspect");
    return z.NEVER;
  });

const forms = { error: "should be none, { jwt: … }, { introspect: … }, or a list of these two" };
const none = z.literal("none", forms).transform((): IdentityConfig => ({ kind: "none" }));

/** `identity:`, how the caller is known. See docs/identity.md. */
export const identity = z.union([none, known, z.array(known).min(1)], forms);
