import { z } from "zod";
import type { IdentityConfig } from "../../model/config.ts";
import { duration, text } from "./words.ts";

const HMAC = ["HS256", "HS384", "HS512"];
const ASYMMETRIC = [
  ..."RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519".split(" "),
];

const pointer = z
  .string()
  .regex(/^(\/.*)?$/, { error: 'should be a JSON pointer: "/data", or empty for the whole' });

const jwt = z
  .strictObject({
    secret: text.nullable().default(null),
    publicKey: text.nullable().default(null),
    jwks: z
      .url({ protocol: /^https?$/ })
      .nullable()
      .default(null),
    algorithms: z.array(z.enum([...HMAC, ...ASYMMETRIC])).min(1),
    issuer: text.nullable().default(null),
    audience: text.nullable().default(null),
    rolesClaim: text.nullable().default(null),
  })
  .superRefine(({ secret, publicKey, jwks, algorithms }, context) => {
    const keys = [secret, publicKey, jwks].filter((key) => key !== null);
    if (keys.length !== 1) context.addIssue("needs one of secret, publicKey and jwks");
    const fitting = secret === null ? ASYMMETRIC : HMAC;
    for (const [index, algorithm] of algorithms.entries()) {
      if (fitting.includes(algorithm)) continue;
      const message = `${algorithm} does not go with ${secret === null ? "a public key" : "a secret"}; use ${fitting.join(", ")}`;
      context.addIssue({ code: "custom", path: ["algorithms", index], message });
    }
  });

const introspect = z.strictObject({
  path: z.string().regex(/^\//, { error: "should be a path on the upstream: /api/auth:check" }),
  user: pointer.default(""),
  roles: pointer.nullable().default(null),
  cache: duration.prefault("30s"),
});

const anonymous = z.boolean().default(false);

/** How the caller is known. SPEC, section 4. */
export const identity = z.union(
  [
    z.literal("none").transform((): IdentityConfig => ({ kind: "none" })),
    z
      .strictObject({ jwt, anonymous })
      .transform(({ jwt: facts, ...rest }): IdentityConfig => ({ kind: "jwt", ...rest, ...facts })),
    z
      .strictObject({ introspect, anonymous })
      .transform(({ introspect: facts, ...rest }): IdentityConfig => ({
        kind: "introspect",
        ...rest,
        ...facts,
      })),
  ],
  { error: "should be none, { jwt: … } or { introspect: … }" },
);
