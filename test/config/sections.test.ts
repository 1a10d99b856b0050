import { generateKeyPairSync } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { loadConfig } from "../../src/config/load.ts";
import { presets } from "../../src/proxy/apis/index.ts";
import { inFolder, load, partsWith, problemsOf } from "./parts.ts";

const URL_LINE = 'upstream: { url: "http://127.0.0.1:3000" }\n';
const PEM = generateKeyPairSync("ed25519", {
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});
const certificates = fileURLToPath(new URL("../support/certificates", import.meta.url));
const inYaml = (pem: string) => JSON.stringify(pem);

const prefixOf = async (rest: string) =>
  (await load(`upstream: { url: "http://h", ${rest} }\n`)).upstream.api.prefix;

const identityOf = async (text: string) => (await load(`${URL_LINE}identity: ${text}\n`)).identity;

describe("a configuration", () => {
  it("that names an upstream has the default of every other key", async () => {
    const config = await load(URL_LINE);
    const where = { name: "", file: "", hash: "", sources: { files: [], patterns: [] } };
    expect({ ...config, ...where, store: {} }).to.deep.equal({
      ...where,
      listen: {
        host: "127.0.0.1",
        port: 8080,
        timeouts: { head: 20_000, body: 60_000, idle: 75_000 },
        connections: 10_000,
        publicUrl: null,
      },
      admin: { host: "127.0.0.1", port: 8081, users: {} },
      upstream: {
        url: "http://127.0.0.1:3000",
        api: partsWith({}).presets.get("rest"),
        timeout: 30_000,
        caseSensitive: false,
        host: "upstream",
        rewriteLocation: true,
        keepHeaders: [],
        openapi: null,
        tls: { ca: null, cert: null, key: null, servername: null },
        headers: {},
      },
      identity: { kind: "none" },
      unknownKeys: "skip",
      collections: {},
      databases: {},
      mail: null,
      routes: [],
      closed: [],
      redact: [],
      store: {},
      runs: { concurrency: 16, retention: 30 * 86_400_000, keep: [] },
      limits: {
        body: 10 * 1024 ** 2,
        depth: 5,
        loop: 1_000,
        steps: 10_000,
        expression: 1_000_000,
        headers: 16 * 1024,
        result: 1024 ** 2,
        record: 32 * 1024 ** 2,
        response: 10 * 1024 ** 2,
        rows: 10_000,
      },
      egress: { allow: [], deny: [] },
      log: { level: "info", format: "auto" },
      telemetry: { module: null, endpoint: null },
      stepTypes: partsWith({}).stepTypes,
      workflows: [],
      languages: [],
      secrets: [],
      warnings: [],
    });
  });

  it("may have sections with nothing in them", async () => {
    const names = "listen admin collections routes redact store runs limits egress databases mail";
    const more = "plugins log telemetry include workflows";
    const empty = `${names} ${more}`.split(" ").map((name) => `${name}:\n`);
    expect(await load(URL_LINE + empty.join(""))).to.have.nested.property("listen.port", 8080);
  });

  it("is frozen, all the way down", async () => {
    const config = await load(`${URL_LINE}routes:
  - { method: POST, path: "/v2/posts/:key/publish", collection: posts, action: publish }
collections: { posts: { associations: { category: { collection: categories } } } }
`);
    const category = config.collections["posts"]?.associations["category"];
    expect(category).to.deep.equal({ collection: "categories", foreignKey: null });
    for (const part of [config, config.limits, config.routes, config.routes[0], category]) {
      expect(Object.isFrozen(part)).to.equal(true);
    }
  });

  it("finds its store beside it, wherever it is started", () =>
    inFolder({ "conf/gateway.yaml": URL_LINE }, async (file, folder) => {
      const { store, file: path } = await loadConfig(file, partsWith({}));
      expect(path).to.equal(join(folder, "conf/gateway.yaml"));
      expect(store.url).to.equal(`sqlite:${join(folder, "conf/data/sidehook.db")}`);
    }));

  it("may name another store, and one by its whole path", async () => {
    const { store } = await load(`${URL_LINE}store: { url: "sqlite:/srv/runs.db" }\n`);
    expect(store.url).to.equal("sqlite:/srv/runs.db");
  });

  it("may name an upstream's socket, seen from its own folder", async () => {
    const { upstream, file } = await load("upstream: { url: 'unix:run/api.sock' }\n");
    expect(upstream.url).to.equal(`unix:${join(file, "../run/api.sock")}`);
  });

  it("may hold certificates as text, or name their files", async () => {
    const cert = await readFile(`${certificates}/client.crt`, "utf8");
    const tls = `{ cert: ${inYaml(cert)}, key: ${certificates}/client.key, servername: api }`;
    const { upstream } = await load(`upstream: { url: "https://h", tls: ${tls} }\n`);
    expect(upstream.tls).to.include({ ca: null, cert, servername: "api" });
    expect(upstream.tls.key).to.match(/^-----BEGIN PRIVATE KEY-----/);
  });

  it("overrides single facts of a preset; a method alone keeps the preset's path", async () => {
    const { upstream } = await load(`upstream:
  url: http://127.0.0.1:3000/base/
  api: { preset: nocobase, update: PUT, create: "POST /new/{collection}", record: /result }
`);
    expect(upstream.url).to.equal("http://127.0.0.1:3000/base");
    expect(upstream.api).to.include({
      prefix: "/api",
      update: "PUT /{collection}:update?filterByTk={key}",
      create: "POST /new/{collection}",
      record: "/result",
      get: "GET /{collection}:get?filterByTk={key}",
    });
  });

  it("says how lists are ordered and associations loaded; what is left out has a default", async () => {
    const { upstream } = await load(`upstream:
  url: http://127.0.0.1:3000
  api: { preset: nocobase, sort: _sort, appends: { parameter: include } }
`);
    expect(upstream.api.sort).to.deep.equal({
      parameter: "_sort",
      ascending: "{field}",
      descending: "-{field}",
      separator: ",",
    });
    expect(upstream.api.appends).to.deep.equal({
      parameter: "include",
      first: null,
      each: "{name}",
      nested: null,
      separator: ",",
      reference: null,
    });
  });

  it("takes the preset's prefix, or its own, without a slash at the end", async () => {
    expect(await prefixOf("api: nocobase")).to.equal("/api");
    expect(await prefixOf("api: nocobase, prefix: /v1/")).to.equal("/v1");
    expect(await prefixOf("api: { preset: rest, prefix: v2 }")).to.equal("/v2");
    expect(await prefixOf("api: nocobase, prefix: /")).to.equal("/");
  });

  it("reads who is calling from tokens, or asks the upstream", async () => {
    expect(await identityOf("none")).to.deep.equal({ kind: "none" });
    expect(
      await identityOf("{ jwt: { secret: s3cret, algorithms: [HS256] }, anonymous: true }"),
    ).to.deep.equal({
      kind: "jwt",
      anonymous: true,
      secret: "s3cret",
      publicKey: null,
      jwks: null,
      algorithms: ["HS256"],
      issuer: null,
      audience: null,
      rolesClaim: null,
    });
    expect(
      await identityOf(`{ jwt: { publicKey: ${inYaml(PEM.publicKey)}, algorithms: [EdDSA] } }`),
    ).to.include({ kind: "jwt", anonymous: false, publicKey: PEM.publicKey });
    expect(
      await identityOf(
        "{ introspect: { path: /api/auth:check, user: /data, roles: /data/roles } }",
      ),
    ).to.deep.equal({
      kind: "introspect",
      anonymous: false,
      path: "/api/auth:check",
      user: "/data",
      roles: "/data/roles",
      currentRole: null,
      pass: [],
      cache: 30_000,
    });
  });

  it("may name several ways to know a caller, in order", async () => {
    const ways = await identityOf(
      "[{ introspect: { path: /me, currentRole: /role, pass: [X-Own] } }, { jwt: { secret: s, algorithms: [HS256] }, anonymous: true }]",
    );
    expect(ways).to.have.length(2);
    expect(ways).to.have.deep.nested.property("[0].pass", ["x-own"]);
    expect(ways).to.have.nested.property("[1].kind", "jwt");
    expect(ways).to.have.nested.property("[1].anonymous", true);
  });
});

describe("a section is refused, with the place and what would be right, when", () => {
  const cases: [title: string, text: string, ...problems: string[]][] = [
    ["upstream is missing", "log: {}", "1:1: upstream is missing; it should be a mapping"],
    ["the upstream has no URL", "upstream:\n  timeout: 1s", "2:3: upstream: url is missing"],
    [
      "a key is unknown",
      `${URL_LINE}listen: { prot: 1 }`,
      '2:11: listen: unknown key "prot"; did you mean "port"?',
    ],
    [
      "a section is unknown",
      `${URL_LINE}workflow: {}`,
      '2:1: unknown key "workflow"; did you mean "workflows"?',
    ],
    [
      "a word is unknown",
      `${URL_LINE}unknownKeys: rejct`,
      '2:14: unknownKeys: should be one of skip, reject; did you mean "reject"?',
    ],
    [
      "a socket has no path",
      'upstream: { url: "unix:" }',
      "1:18: upstream.url: should name a socket: unix:/run/api.sock",
    ],
    [
      "a certificate's file is not there",
      'upstream: { url: "https://h", tls: { ca: nowhere.pem } }',
      "1:42: upstream.tls.ca: should be PEM text or a file that can be read",
    ],
    [
      "a certificate is something else",
      'upstream: { url: "https://h", tls: { ca: "-----BEGIN CERTIFICATE-----" } }',
      "1:42: upstream.tls.ca: should hold a certificate in PEM",
    ],
    [
      "a certificate has no key",
      `upstream: { url: "https://h", tls: { cert: ${certificates}/client.crt } }`,
      "1:36: upstream.tls: needs key",
    ],
    [
      "a key belongs to another certificate",
      `upstream: { url: "https://h", tls: { key: ${certificates}/server.key, cert: ${certificates}/client.crt } }`,
      "1:43: upstream.tls.key: does not belong to cert",
    ],
    [
      "a key is something else",
      `upstream: { url: "https://h", tls: { key: ${certificates}/client.crt, cert: ${certificates}/client.crt } }`,
      "1:43: upstream.tls.key: should hold a private key in PEM",
    ],
    [
      "there is TLS for an upstream that speaks none",
      'upstream: { url: "http://h", tls: { servername: a } }',
      "1:35: upstream.tls: is of use only where upstream.url begins with https:",
    ],
    [
      "the URL is of another protocol",
      "upstream: { url: ftp://h }",
      "1:18: upstream.url: should be a URL",
    ],
    [
      "the URL holds a password",
      'upstream: { url: "http://a:b@h" }',
      "1:18: upstream.url: should hold no name and password",
    ],
    [
      "the URL has a query",
      'upstream: { url: "http://h/?a=1" }',
      "1:18: upstream.url: should be an origin and a path",
    ],
    [
      "the API is unknown",
      'upstream: { url: "http://h", api: nocobse }',
      `1:35: upstream.api.preset: should be one of ${[...presets.keys()].join(", ")}; did you mean "nocobase"?`,
    ],
    [
      "a fact of the API is unknown",
      'upstream: { url: "http://h", api: { preset: rest, updat: PUT } }',
      '1:51: upstream.api: unknown key "updat"; did you mean "update"?',
    ],
    [
      "a method has no path of the preset",
      'upstream: { url: "http://h", api: { preset: rest, updateOrCreate: PUT } }',
      "1:67: upstream.api.updateOrCreate: the preset has no path for it",
    ],
    [
      "the order of lists does not say where a field stands",
      'upstream: { url: "http://h", api: { preset: rest, sort: { parameter: order, descending: desc } } }',
      '1:89: upstream.api.sort.descending: should say where the field stands: "{field}.desc"',
    ],
    [
      "associations are named by a word in place of a mapping",
      'upstream: { url: "http://h", api: { preset: rest, appends: include } }',
      "1:60: upstream.api.appends: should be a mapping",
    ],
    [
      "nested associations do not say where those behind them stand",
      'upstream: { url: "http://h", api: { preset: rest, appends: { parameter: select, nested: "{name}(*)" } } }',
      '1:89: upstream.api.appends.nested: should say where the association and those behind it stand: "{name}(*,{nested})"',
    ],
    [
      "a duration is longer than a timer counts",
      `upstream: { url: http://127.0.0.1:3000, timeout: 25d }`,
      "1:50: upstream.timeout: should be at most 24d",
    ],
    [
      "a duration leaves the range of dates",
      `${URL_LINE}runs: { retention: 999999999999999d }`,
      "2:20: runs.retention: should be at most 36500d",
    ],
    [
      "a duration has no unit",
      'upstream: { url: "http://h", timeout: 30 }',
      "1:39: upstream.timeout: should be a duration over zero: 500ms, 30s, 10m, 1h or 7d",
    ],
    [
      "a size has no unit",
      `${URL_LINE}limits: { body: 10 }`,
      "2:17: limits.body: should be a size over zero: 512b, 16kb or 10mb",
    ],
    [
      "a limit is zero",
      `${URL_LINE}limits: { loop: 0 }`,
      "2:17: limits.loop: should be at least 1",
    ],
    [
      "a number of something is too high",
      `${URL_LINE}limits: { loop: 2147483648 }`,
      "2:17: limits.loop: should be at most 2147483647",
    ],
    [
      "a port is too high",
      `${URL_LINE}listen: { port: 65536 }`,
      "2:17: listen.port: should be at most 65535",
    ],
    [
      "a header can't be sent",
      'upstream: { url: "http://h", headers: { "X Y": a, Z: "b\\nc" } }',
      '1:41: upstream.headers: "X Y" is not a valid header name',
      "1:54: upstream.headers.Z: should hold no line break and no NUL",
    ],
    [
      "the admin port is open to the network without users",
      `${URL_LINE}admin: { host: 0.0.0.0 }`,
      "2:16: admin.host: 0.0.0.0 is not loopback, so the admin port needs users",
    ],
    [
      "an admin's password is empty",
      `${URL_LINE}admin: { host: 0.0.0.0, users: { ada: "" } }`,
      "2:39: admin.users.ada: a password should not be empty",
    ],
    [
      "identity is of no known kind",
      `${URL_LINE}identity: nne`,
      "2:11: identity: should be none, { jwt: … }, { introspect: … }, or a list of these two",
    ],
    [
      "identity is of two kinds",
      `${URL_LINE}identity: { jwt: { secret: s, algorithms: [HS256] }, introspect: { path: /me } }`,
      "2:11: identity: needs one of jwt and introspect",
    ],
    [
      "a token's algorithms are not named",
      `${URL_LINE}identity: { jwt: { secret: s } }`,
      "2:18: identity.jwt: algorithms is missing",
    ],
    [
      "no algorithm is named",
      `${URL_LINE}identity: { jwt: { secret: s, algorithms: [] } }`,
      "2:43: identity.jwt.algorithms: should not be empty",
    ],
    [
      "unsigned tokens would be taken (alg: none)",
      `${URL_LINE}identity: { jwt: { secret: s, algorithms: [none] } }`,
      "2:44: identity.jwt.algorithms.0: should be one of HS256",
    ],
    [
      "a public key would be taken for a secret (algorithm confusion)",
      `${URL_LINE}identity: { jwt: { publicKey: ${inYaml(PEM.publicKey)}, algorithms: [EdDSA, HS256] } }`,
      `2:${62 + inYaml(PEM.publicKey).length - 9}: identity.jwt.algorithms.1: HS256 does not go with a public key`,
    ],
    [
      "a secret is to verify an asymmetric algorithm",
      `${URL_LINE}identity: { jwt: { secret: s, algorithms: [RS256] } }`,
      "2:44: identity.jwt.algorithms.0: RS256 does not go with a secret; use HS256",
    ],
    [
      "there is no key to verify tokens with",
      `${URL_LINE}identity: { jwt: { algorithms: [RS256] } }`,
      "2:18: identity.jwt: needs one of secret, publicKey and jwks",
    ],
    [
      "there are two keys",
      `${URL_LINE}identity: { jwt: { secret: s, jwks: "http://h/k", algorithms: [RS256] } }`,
      "2:18: identity.jwt: needs one of secret, publicKey and jwks",
    ],
    [
      "a public key that no algorithm goes with",
      `${URL_LINE}identity: { jwt: { publicKey: ${inYaml(PEM.publicKey)}, algorithms: [RS256, ES256] } }`,
      `2:${62 + inYaml(PEM.publicKey).length - 17}: identity.jwt.algorithms: none goes with this public key; use EdDSA, Ed25519`,
    ],
    [
      "a public key is none",
      `${URL_LINE}identity: { jwt: { publicKey: abc, algorithms: [RS256] } }`,
      "2:31: identity.jwt.publicKey: should be a public key",
    ],
    [
      "a private key is where the public one belongs",
      `${URL_LINE}identity: { jwt: { publicKey: ${inYaml(PEM.privateKey)}, algorithms: [EdDSA] } }`,
      "2:31: identity.jwt.publicKey: should be a public key",
    ],
    [
      "a route's method is in lower case",
      `${URL_LINE}routes: [{ method: post, path: /a, collection: c, action: x }]`,
      '2:20: routes.0.method: should be one of GET, POST, PUT, PATCH, DELETE; did you mean "POST"?',
    ],
    [
      "a route's path is in an older syntax",
      `${URL_LINE}routes: [{ method: POST, path: "/a/:b?", collection: c, action: x }]`,
      "2:32: routes.0.path: is not a valid path in Express syntax: Unexpected ?",
    ],
    [
      "an egress rule is none",
      `${URL_LINE}egress: { allow: ["http://a", 10.0.0.0/33, "a:70000", "*.a.b:1", 10.0.0.0/8, "[::1]:80"] }`,
      "2:19: egress.allow.0: should be a host",
      "2:31: egress.allow.1: should be a host",
      "2:44: egress.allow.2: should be a host",
    ],
    [
      "the store is a database without a name",
      `${URL_LINE}store: { url: "postgres://h" }`,
      "2:15: store.url: should be sqlite:./path/to/file.db or postgres://user:password@host:5432/name",
    ],
    [
      "the store is Postgres and has no key",
      `${URL_LINE}store: { url: "postgres://h/name" }`,
      "2:8: store: key is missing: instances on Postgres share the key",
    ],
    [
      "a key of the store is too short",
      `${URL_LINE}store: { key: [a-long-enough-passphrase, short] }`,
      "2:42: store.key.1: should be 32 random bytes as base64 or hex (openssl rand -base64 32), or a passphrase",
    ],
    [
      "its mail server is told wrongly",
      `${URL_LINE}mail: { url: "smtp://u:p@h", host: h, password: q, from: a, port: x }`,
      "2:58: mail.from: should be one address",
      "2:67: mail.port: should be a number",
    ],
    [
      "its mail server is told twice",
      `${URL_LINE}mail: { url: "smtp://u:p@h", host: h, password: q }`,
      "2:36: mail.host: stands in url already",
      "2:49: mail.password: stands in url already",
    ],
    [
      "its mail server has no host",
      `${URL_LINE}mail: { port: 25, user: u }`,
      "2:7: mail: host is missing, and so is url",
      "2:25: mail.user: needs password",
    ],
    [
      "its mail server has a URL of another kind",
      `${URL_LINE}mail: { url: "http://h" }`,
      "2:14: mail.url: should be smtp://host:587, or smtps://host:465",
    ],
    [
      "the telemetry can't be used",
      `${URL_LINE}telemetry: { module: ./nowhere.js, endpoint: "ftp://h", more: 1 }`,
      "2:22: telemetry.module: should be a file",
      "2:46: telemetry.endpoint: should be an http or https URL",
      "2:57: telemetry: unknown key",
    ],
  ];
  for (const [title, text, ...expected] of cases) {
    it(title, async () => {
      const problems = await problemsOf(`${text}\n`);
      expect(problems, problems.join("\n")).to.have.length(expected.length);
      for (const [index, start] of expected.entries()) {
        expect(problems[index]?.slice(0, `gateway.yaml:${start}`.length)).to.equal(
          `gateway.yaml:${start}`,
        );
      }
    });
  }
});
