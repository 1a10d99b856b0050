import { createHmac } from "node:crypto";
import { expect } from "chai";
import {
  type CryptoKey,
  SignJWT,
  UnsecuredJWT,
  exportJWK,
  exportSPKI,
  generateKeyPair,
} from "jose";
import { identifier } from "../../src/identity/identify.ts";
import type { Identify, Presented } from "../../src/model/caller.ts";
import type { JwtConfig } from "../../src/model/config.ts";
import { GatewayError } from "../../src/model/errors.ts";
import type { Json } from "../../src/model/json.ts";
import { type TestUpstream, answerJson, startUpstream } from "../support/upstream.ts";
import { askNobody } from "./ask.ts";
import { failureOf } from "../support/failure.ts";

const SECRET = "a secret of at least thirty-two bytes";
const START = Date.parse("2026-01-02T03:04:05Z");

/** A token with a payload that is written already. */
function signedByHand(payload: string): string {
  const header = Buffer.from('{"alg":"HS256"}').toString("base64url");
  const signature = createHmac("sha256", SECRET).update(`${header}.${payload}`).digest("base64url");
  return `${header}.${payload}.${signature}`;
}

describe("a caller with a JWT", () => {
  it("is the user of its verified claims, secret ones dropped", async () => {
    const claims = {
      sub: "ada",
      email: "a@b.c",
      refresh_token: "x",
      deep: { "Api-Key": "y", n: 1 },
    };
    expect((await caller(withSecret(), bearer(await hmac(claims)))).user).to.deep.equal({
      sub: "ada",
      email: "a@b.c",
      deep: { n: 1 },
    });
  });

  it("has the integers of its claims to the last digit", async () => {
    const payload = Buffer.from('{"id":50755254975729665}').toString("base64url");
    const { user } = await caller(withSecret(), bearer(signedByHand(payload)));
    expect(user).to.deep.equal({ id: 50755254975729665n });
  });

  it("may send the token as ?token= where there is no Authorization header", async () => {
    const token = await hmac({ sub: "ada" });
    const found = await caller(withSecret(), { headers: {}, query: { token: token } });
    expect(found.user).to.deep.equal({ sub: "ada" });
    expect(found.credentials).to.deep.equal({ Authorization: `Bearer ${token}` });
  });

  it("may write Bearer in capitals or small letters", async () => {
    const token = await hmac({ sub: "ada" });
    const found = await caller(withSecret(), {
      headers: { authorization: `bEARER  ${token} ` },
    });
    expect(found.user).to.deep.equal({ sub: "ada" });
  });

  it("keeps its credentials for calls in its name", async () => {
    const token = await hmac({ roles: ["admin"] });
    const found = await caller(withSecret({ rolesClaim: "roles" }), {
      headers: {
        authorization: `Bearer ${token}`,
        cookie: "a=1",
        "x-role": "admin",
        "x-api-key": "k",
      },
    });
    expect(found.credentials).to.deep.equal({
      Authorization: `Bearer ${token}`,
      Cookie: "a=1",
      "X-Role": "admin",
    });
  });

  it("is verified by issuer and audience where they are configured", async () => {
    const config = withSecret({ issuer: "https://id.example", audience: "posts" });
    const good = { iss: "https://id.example", aud: ["posts", "other"] };
    expect((await caller(config, bearer(await hmac(good)))).user).to.deep.equal(good);
    for (const bad of [{}, { ...good, iss: "https://evil.example" }, { ...good, aud: "other" }]) {
      await refused(config, bearer(await hmac(bad)));
    }
  });

  it("is refused before the time nbf and from the time exp on, to the second", async () => {
    let time = START;
    const identify = identifier(jwt(withSecret()), { ...askNobody, now: () => new Date(time) });
    const sent = bearer(await hmac({ sub: "ada", nbf: START / 1000 + 10, exp: START / 1000 + 20 }));
    const passes = async (seconds: number) => {
      time = START + seconds * 1_000;
      return identify(sent).then(
        () => true,
        () => false,
      );
    };
    expect([await passes(9), await passes(10), await passes(19.9), await passes(20)]).to.deep.equal(
      [false, true, true, false],
    );
  });

  describe("that is signed for a public key", () => {
    for (const algorithm of ["RS256", "PS512", "ES256", "ES384", "ES512", "EdDSA"]) {
      it(`is accepted with the algorithm ${algorithm}`, async () => {
        const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
        const config = withPublicKey(await exportSPKI(publicKey), [algorithm]);
        const token = await signed(privateKey, algorithm, { sub: "ada" });
        expect((await caller(config, bearer(token))).user).to.deep.equal({ sub: "ada" });
        const other = await generateKeyPair(algorithm);
        await refused(config, bearer(await signed(other.privateKey, algorithm, { sub: "ada" })));
      });
    }
  });

  describe("has the role", () => {
    const roles = { rolesClaim: "realm_access.roles" };
    const cases: [what: string, claims: object, wanted: string | null, role: string | null][] = [
      [
        "that comes first, when it asks for none",
        { realm_access: { roles: ["a", "b"] } },
        null,
        "a",
      ],
      ["it asks for", { realm_access: { roles: ["a", "b"] } }, "b", "b"],
      ["that is its only one, as a text", { realm_access: { roles: "a" } }, null, "a"],
      ["under a claim whose own name has dots", { "realm_access.roles": ["c"] }, null, "c"],
      ["null when the claims name no role", { realm_access: {} }, null, null],
      [
        "null when the claim is not a role or a list of roles",
        { realm_access: { roles: 7 } },
        null,
        null,
      ],
    ];
    for (const [what, claims, wanted, role] of cases) {
      it(what, async () => {
        const token = await hmac(claims);
        expect((await caller(withSecret(roles), bearer(token, wanted))).roleName).to.equal(role);
      });
    }

    it("null where roles are unknown, whatever it asks for", async () => {
      expect(
        (await caller(withSecret(), bearer(await hmac({ roles: ["a"] }), "a"))).roleName,
      ).to.equal(null);
    });
  });

  describe("without a token", () => {
    it("is 401 with a challenge", async () => {
      const error = await refused(withSecret(), { headers: {} });
      expect(error.status).to.equal(401);
      expect(error.headers).to.deep.equal({ "WWW-Authenticate": 'Bearer realm="sidehook"' });
      await refused(withSecret(), { headers: {}, query: { token: "" } });
    });

    it("is anonymous where that is allowed, whatever role it asks for", async () => {
      const identify = identifier(jwt(withSecret({ rolesClaim: "roles" }), true), askNobody);
      const presented = { headers: { "x-role": "admin", cookie: "a=1" } };
      expect(await identify(presented)).to.deep.equal({
        caller: { user: null, roleName: null, credentials: { Cookie: "a=1", "X-Role": "admin" } },
      });
    });

    it("is not treated like one with a bad token, which is 401 even where anonymous callers are allowed", async () => {
      const identify = identifier(jwt(withSecret(), true), askNobody);
      for (const authorization of ["Bearer nonsense", "Bearer", "Basic YTpi", ""]) {
        const error = await failure(
          identify({ headers: { authorization }, query: { token: await hmac({}) } }),
        );
        expect(error.code).to.equal("UNAUTHENTICATED");
      }
    });
  });
});

describe("a public key that verifies JWTs", () => {
  it("is refused when it is loaded if it is not a key", () => {
    expect(() => identifier(jwt(withPublicKey("no key", ["RS256"])), askNobody)).to.throw();
  });

  it("is refused when it is loaded if it fits none of the algorithms", async () => {
    const { publicKey } = await generateKeyPair("ES256", { extractable: true });
    const config = withPublicKey(await exportSPKI(publicKey), ["RS256", "ES384", "HS256"]);
    expect(() => identifier(jwt(config), askNobody)).to.throw(/none of its algorithms/);
  });
});

describe("keys of a key server", () => {
  let server: TestUpstream;
  let keys: Json[];
  let status: number;
  let time: number;
  let identify: Identify;
  beforeEach(async () => {
    [keys, status, time] = [[], 200, START];
    server = await startUpstream((_request, response) => answerJson(response, status, { keys }));
    const config = { ...base, jwks: `${server.url}/keys`, algorithms: ["ES256", "HS256"] };
    identify = identifier(jwt(config), { ...askNobody, now: () => new Date(time) });
  });
  afterEach(() => server.stop());

  async function newKey(kid: string | null): Promise<CryptoKey> {
    const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
    keys = [...keys, { ...(await exportJWK(publicKey)), ...(kid !== null && { kid }) }];
    return privateKey;
  }
  const user = async (token: string) => {
    const found = await identify(bearer(token));
    return "caller" in found ? found.caller.user : null;
  };

  it("are fetched once", async () => {
    const key = await newKey("one");
    for (const _ of [1, 2, 3]) await user(await tokenOf(key, "one"));
    expect(server.lines()).to.deep.equal(["GET /keys"]);
  });

  it("are fetched anew when a token names a key that is not known yet", async () => {
    const one = await newKey("one");
    expect(await user(await tokenOf(one, "one"))).to.deep.equal({ sub: "ada" });
    keys = [];
    const two = await newKey("two");
    expect(await user(await tokenOf(two, "two"))).to.deep.equal({ sub: "ada" });
    expect(server.lines()).to.have.length(2);
  });

  it("are fetched once for all callers who wait for the same new key", async () => {
    await user(await tokenOf(await newKey("one"), "one"));
    const two = await newKey("two");
    const tokens = await Promise.all(
      [1, 2, 3].map((n) => signed(two, "ES256", { n }, { kid: "two" })),
    );
    expect(await Promise.all(tokens.map(user))).to.deep.equal([{ n: 1 }, { n: 2 }, { n: 3 }]);
    expect(server.lines()).to.have.length(2);
  });

  it("are not fetched for every token that names a made-up key", async () => {
    const key = await newKey("one");
    for (let n = 0; n < 10; n++) {
      const error = await failure(identify(bearer(await tokenOf(key, `made-up-${n}`))));
      expect(error.code).to.equal("UNAUTHENTICATED");
    }
    expect(server.lines()).to.have.length(2);
    time += 6_000;
    await failure(identify(bearer(await tokenOf(key, "made-up"))));
    expect(server.lines()).to.have.length(3);
  });

  it("are all tried where the token does not say which", async () => {
    await newKey(null);
    const second = await newKey(null);
    expect(await user(await tokenOf(second))).to.deep.equal({ sub: "ada" });
    const stranger = (await generateKeyPair("ES256")).privateKey;
    expect((await failure(identify(bearer(await tokenOf(stranger))))).code).to.equal(
      "UNAUTHENTICATED",
    );
  });

  it("that can't be fetched make a request 502, not 401, since the token is not known to be bad", async () => {
    const token = await tokenOf(await newKey("one"), "one");
    status = 500;
    expect((await failure(identify(bearer(token)))).code).to.equal("UPSTREAM_BROKEN");
    await server.stop();
    const error = await failure(identify(bearer(token)));
    expect(error.code).to.equal("UPSTREAM_UNREACHABLE");
    expect(error.message).to.not.include(server.url);
  });

  it("that can be fetched again are used again", async () => {
    const token = await tokenOf(await newKey("one"), "one");
    status = 503;
    await failure(identify(bearer(token)));
    status = 200;
    expect(await user(token)).to.deep.equal({ sub: "ada" });
  });

  it("never verify an HMAC token, though its algorithm is configured", async () => {
    const { publicKey } = await generateKeyPair("ES256", { extractable: true });
    keys = [{ kty: "oct", k: Buffer.from(SECRET).toString("base64url"), kid: "oct" }];
    for (const secret of [SECRET, await exportSPKI(publicKey)]) {
      const token = await hmac({ sub: "admin" }, { kid: "oct" }, secret);
      expect((await failure(identify(bearer(token)))).code).to.equal("UNAUTHENTICATED");
    }
  });
});

describe("an attacker with a JWT of their own", () => {
  it("can't leave out the signature (alg none)", async () => {
    const token = new UnsecuredJWT({ sub: "admin" }).encode();
    await refused(withSecret(), bearer(token));
    await refused(withSecret({ algorithms: ["none", "HS256"] }), bearer(token));
    await refused(withSecret(), bearer(token.replace(/^[^.]+/, encoded({ alg: "nOnE" }))));
    const [head, body] = (await hmac({ sub: "admin" })).split(".");
    await refused(withSecret(), bearer(`${head}.${body}.`));
  });

  it("can't sign by HMAC with the public RSA key as the secret (alg confusion)", async () => {
    const { publicKey } = await generateKeyPair("RS256", { extractable: true });
    const pem = await exportSPKI(publicKey);
    for (const algorithms of [["RS256"], ["RS256", "HS256"]]) {
      for (const secret of [pem, pem.trim(), pem.replaceAll("\n", "")]) {
        await refused(
          withPublicKey(pem, algorithms),
          bearer(await hmac({ sub: "admin" }, {}, secret)),
        );
      }
    }
  });

  it("can't use an algorithm that is not configured", async () => {
    await refused(withSecret({ algorithms: ["HS512"] }), bearer(await hmac({})));
  });

  it("can't bring a key of their own (jwk, jku, x5u, kid injection)", async () => {
    const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
    const real = await generateKeyPair("ES256", { extractable: true });
    const config = withPublicKey(await exportSPKI(real.publicKey), ["ES256"]);
    const urls = { jku: "http://127.0.0.1:9/keys", x5u: "http://127.0.0.1:9/cert" };
    const names = ["../../../../dev/null", "/etc/passwd", "' OR 1=1 --", "\0"];
    const heads = [{ jwk: await exportJWK(publicKey) }, urls, ...names.map((kid) => ({ kid }))];
    for (const head of heads) {
      await refused(config, bearer(await signed(privateKey, "ES256", { sub: "admin" }, head)));
    }
  });

  it("can't change the claims under a signature that was good", async () => {
    const [head, , signature] = (await hmac({ sub: "ada" })).split(".");
    await refused(withSecret(), bearer(`${head}.${encoded({ sub: "admin" })}.${signature}`));
  });

  it("can't have a bad token believed for a good one seen before, nor the other way round", async () => {
    const identify = identifier(jwt(withSecret()), askNobody);
    const good = await hmac({ sub: "ada" });
    const bad = `${good.slice(0, -4)}AAAA`;
    for (let turn = 0; turn < 2; turn++) {
      expect(await identify(bearer(good))).to.have.nested.property("caller.user.sub", "ada");
      expect((await failure(identify(bearer(bad)))).code).to.equal("UNAUTHENTICATED");
    }
  });

  it("can't go on with a token that has expired since it was remembered", async () => {
    let time = START;
    const identify = identifier(jwt(withSecret()), { ...askNobody, now: () => new Date(time) });
    const sent = bearer(await hmac({ exp: START / 1000 + 60 }));
    await identify(sent);
    await identify(sent);
    time += 60_000;
    expect((await failure(identify(sent))).code).to.equal("UNAUTHENTICATED");
  });

  it("can't take a role that is not theirs by X-Role, not even after one that is", async () => {
    const identify = identifier(jwt(withSecret({ rolesClaim: "roles" })), askNobody);
    const token = await hmac({ roles: ["editor"] });
    await identify(bearer(token, "editor"));
    for (const role of ["admin", "Editor", "editor, admin", "editor,admin", "constructor", "0"]) {
      expect((await failure(identify(bearer(token, role)))).code).to.equal("ROLE_NOT_ALLOWED");
    }
    const none = await hmac({});
    expect((await failure(identify(bearer(none, "admin")))).code).to.equal("ROLE_NOT_ALLOWED");
  });

  it("can't have one token checked and another forwarded (two Authorization headers)", async () => {
    const [mine, admins] = [await hmac({ sub: "me" }), await hmac({ sub: "admin" })];
    const rawHeaders = ["Authorization", `Bearer ${mine}`, "authorization", `Bearer ${admins}`];
    await refused(withSecret(), { ...bearer(mine), rawHeaders });
    await refused(withSecret(), bearer(`${mine}, Bearer ${admins}`));
  });

  it("is known by the header when the token is in two places", async () => {
    const presented = {
      ...bearer(await hmac({ sub: "me" })),
      query: { token: await hmac({ sub: "admin" }) },
    };
    const found = await caller(withSecret(), presented);
    expect(found.user).to.deep.equal({ sub: "me" });
    expect(found.credentials["Authorization"]).to.equal(presented.headers.authorization);
  });

  it("can't cause work by a huge token, or by a text that is not a token", async () => {
    const texts = ["a".repeat(5_000_000), "a.b.c", "..", "é.é.é", "a b", "\u0000", "{}"];
    for (const text of texts) await refused(withSecret(), { headers: {}, query: { token: text } });
  });

  it("learns nothing from an error: not the reason, not the claims, not the token", async () => {
    const expired = await hmac({ sub: "s3cret", exp: 1 });
    const errors = [
      await refused(withSecret(), bearer(expired)),
      await refused(withSecret(), bearer(`${expired}x`)),
      await refused(withSecret({ issuer: "i" }), bearer(await hmac({ sub: "s3cret" }))),
    ];
    expect(new Set(errors.map(({ message }) => message)).size).to.equal(1);
    for (const error of errors) {
      expect(error.headers["WWW-Authenticate"]).to.equal(
        'Bearer realm="sidehook", error="invalid_token"',
      );
      expect(`${JSON.stringify(error)}${String(error.cause)}`).to.not.match(/s3cret|eyJ/);
    }
  });
});

const base: JwtConfig = {
  secret: null,
  publicKey: null,
  jwks: null,
  algorithms: ["HS256"],
  issuer: null,
  audience: null,
  rolesClaim: null,
};

const withSecret = (more: Partial<JwtConfig> = {}): JwtConfig => ({
  ...base,
  secret: SECRET,
  ...more,
});

const withPublicKey = (publicKey: string, algorithms: readonly string[]): JwtConfig => ({
  ...base,
  publicKey,
  algorithms,
});

const jwt = (config: JwtConfig, anonymous = false) =>
  ({ kind: "jwt", anonymous, ...config }) as const;

const hmac = (claims: object, head: object = {}, secret = SECRET) =>
  signed(new TextEncoder().encode(secret), "HS256", claims, head);

const signed = (key: CryptoKey | Uint8Array, alg: string, claims: object, head: object = {}) =>
  new SignJWT({ ...claims }).setProtectedHeader({ alg, ...head }).sign(key);

const tokenOf = (key: CryptoKey, kid?: string) => signed(key, "ES256", { sub: "ada" }, { kid });

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

const bearer = (token: string, role: string | null = null): Presented => ({
  headers: { authorization: `Bearer ${token}`, ...(role !== null && { "x-role": role }) },
});

async function caller(config: JwtConfig, presented: Presented) {
  const found = await identifier(jwt(config), askNobody)(presented);
  if ("answer" in found) throw new Error("was answered");
  return found.caller;
}

async function refused(config: JwtConfig, presented: Presented): Promise<GatewayError> {
  const error = await failure(identifier(jwt(config), askNobody)(presented));
  expect(error.code).to.equal("UNAUTHENTICATED");
  return error;
}

const failure = (call: Promise<unknown>) => failureOf(call, GatewayError);
