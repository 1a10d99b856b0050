import { expect } from "chai";
import { identifier } from "../../src/identity/identify.ts";
import type { Identified, Identify, Presented } from "../../src/model/caller.ts";
import type { IntrospectConfig, KnownIdentity } from "../../src/model/config.ts";
import { GatewayError } from "../../src/model/errors.ts";
import { headerValue } from "../../src/model/headers.ts";
import { secretNames } from "../../src/model/secrets.ts";
import { type Answer, type TestUpstream, answerJson, startUpstream } from "../support/upstream.ts";
import { askNobody, asking } from "./ask.ts";
import { failureOf } from "../support/failure.ts";

describe("a caller whom the upstream is asked about", () => {
  let upstream: TestUpstream;
  let answer: Answer;
  let time: number;
  beforeEach(async () => {
    time = 0;
    answer = (_q, response) => answerJson(response, 200, { data: ada });
    upstream = await startUpstream((...all) => answer(...all));
  });
  afterEach(() => upstream.stop());

  const identified = (config: Partial<IntrospectConfig> = {}, anonymous = false): Identify =>
    identifier(
      { kind: "introspect", anonymous, ...base, ...config },
      { ask: asking(upstream.url), isSecret: secretNames(["iban"]), now: () => new Date(time) },
    );

  it("is the user of its answer, secret fields dropped", async () => {
    expect(await identified()(bearer("t", "editor"))).to.deep.equal({
      caller: {
        user: { id: 1, name: "Ada", roles: [{ name: "admin" }, { name: "editor" }] },
        roleName: "editor",
        credentials: { Authorization: "Bearer t", "X-Role": "editor" },
      },
    });
  });

  it("is asked about with its own token, role and cookies", async () => {
    await identified()({ headers: { cookie: "a=1" }, query: { token: "t" } });
    await identified()(bearer("u", "editor"));
    expect(upstream.lines()).to.deep.equal([
      "GET /api/auth:check?full=1",
      "GET /api/auth:check?full=1",
    ]);
    const sent = upstream.asked.map(({ headers }) =>
      ["authorization", "x-role", "cookie"].map((name) => headerValue(headers, name)),
    );
    expect(sent).to.deep.equal([
      ["Bearer t", null, "a=1"],
      ["Bearer u", "editor", null],
    ]);
  });

  it("has the first of its roles when it asks for none, and no role where its roles are unknown", async () => {
    expect(await identified()(bearer("t"))).to.have.nested.property("caller.roleName", "admin");
    const unknown = identified({ roles: null });
    expect(await unknown(bearer("t", "admin"))).to.have.nested.property("caller.roleName", null);
    const missing = identified({ roles: "/data/nosuch" });
    expect((await failure(missing(bearer("t", "admin")))).code).to.equal("ROLE_NOT_ALLOWED");
  });

  it("has the whole answer as its user where the path of the user is empty", async () => {
    answer = (_q, response) => answerJson(response, 200, { id: 7 });
    const found = await identified({ user: "", roles: null })(bearer("t"));
    expect(found).to.have.nested.property("caller.user").that.deep.equals({ id: 7 });
  });

  for (const status of [401, 403]) {
    it(`is refused by the upstream's own ${status}, headers and body, each time anew`, async () => {
      answer = (_q, response) =>
        response.writeHead(status, ["X-Why", "expired", "Set-Cookie", "a=1"]).end("go away");
      const identify = identified();
      for (const _ of [1, 2]) {
        const found = await identify(bearer("t"));
        if (!("answer" in found)) throw new Error("was let through");
        expect(found.answer.status).to.equal(status);
        expect(found.answer.headers).to.include.members(["X-Why", "expired", "Set-Cookie", "a=1"]);
        expect(found.answer.body.toString()).to.equal("go away");
      }
      expect(upstream.asked).to.have.length(2);
    });
  }

  it("is 401 where the upstream answers 200 without a user", async () => {
    const identify = identified({ roles: null });
    for (const body of [{ data: null }, { data: {} }, {}, null]) {
      answer = (_q, response) => answerJson(response, 200, body);
      const error = await failure(identify(bearer("t")));
      expect(error.code).to.equal("UNAUTHENTICATED");
      expect(error.headers).to.have.property("WWW-Authenticate");
    }
  });

  it("is 502 where the upstream can't tell, and is asked about again", async () => {
    const answers: Answer[] = [
      (_q, response) => answerJson(response, 500, { data: ada }),
      (_q, response) => answerJson(response, 404, { data: ada }),
      (_q, response) => response.writeHead(302, { location: "/login" }).end(),
      (_q, response) => response.end("<html>s3cret"),
      (_q, response) => answerJson(response, 200, { data: "ada" }),
      (_q, response) => answerJson(response, 200, { data: [ada] }),
    ];
    const identify = identified();
    for (const one of answers) {
      answer = one;
      const error = await failure(identify(bearer("t")));
      expect(error.status).to.equal(502);
      expect(`${error.message}${String(error.cause)}`).to.not.match(/s3cret|Ada/);
    }
    answer = (_q, response) => answerJson(response, 200, { data: ada });
    expect(await identify(bearer("t"))).to.have.nested.property("caller.user.id", 1);
  });

  it("is 502 where there is no upstream", async () => {
    await upstream.stop();
    expect((await failure(identified()(bearer("t")))).code).to.equal("UPSTREAM_UNREACHABLE");
  });

  it("is 401 without a token, unless anonymous callers are let through; then the upstream is not asked", async () => {
    const none = { headers: { "x-role": "admin" } };
    expect((await failure(identified()(none))).code).to.equal("UNAUTHENTICATED");
    expect(await identified({}, true)(none)).to.deep.equal({
      caller: { user: null, roleName: null, credentials: { "X-Role": "admin" } },
    });
    expect(upstream.asked).to.deep.equal([]);
  });

  describe("is remembered", () => {
    it("for as long as `cache` says", async () => {
      const identify = identified({ cache: 30_000 });
      await identify(bearer("t"));
      time = 29_999;
      await identify(bearer("t"));
      expect(upstream.asked).to.have.length(1);
      time = 30_000;
      await identify(bearer("t"));
      expect(upstream.asked).to.have.length(2);
    });

    it("for no time where `cache` is 0", async () => {
      const identify = identified({ cache: 0 });
      await identify(bearer("t"));
      await identify(bearer("t"));
      expect(upstream.asked).to.have.length(2);
    });

    it("for all requests that come while the upstream is being asked", async () => {
      const identify = identified();
      const calls: Promise<Identified>[] = [];
      answer = (_q, response) => {
        calls.push(identify(bearer("t")), identify(bearer("t")));
        answerJson(response, 200, { data: ada });
      };
      calls.push(identify(bearer("t")), identify(bearer("t")));
      await calls[0];
      expect(await Promise.all(calls)).to.have.length(4);
      expect(upstream.asked).to.have.length(1);
    });
  });

  it("can't take a role that the upstream granted to another token, or another role for this token", async () => {
    answer = (request, response) => {
      const allowed = request.headers.authorization === "Bearer boss";
      const roles = allowed ? [{ name: "admin" }] : [{ name: "editor" }];
      answerJson(response, 200, { data: { id: allowed ? 1 : 2, roles } });
    };
    const identify = identified();
    expect(await identify(bearer("boss", "admin"))).to.have.nested.property("caller.user.id", 1);
    expect((await failure(identify(bearer("clerk", "admin")))).code).to.equal("ROLE_NOT_ALLOWED");
    expect(await identify(bearer("clerk", "editor"))).to.have.nested.property("caller.user.id", 2);
    expect((await failure(identify(bearer("clerk", "admin")))).code).to.equal("ROLE_NOT_ALLOWED");
    expect(upstream.asked).to.have.length(3);
  });

  it("may be known by ?access_token= and by its cookies, which are sent on as they came", async () => {
    await identified()({ headers: {}, query: { access_token: "t" } });
    const cookie = "directus_session_token=abc; _ga=1";
    const found = await identified()({ headers: { cookie } });
    expect(found).to.have.nested.property("caller.user.id", 1);
    expect(found).to.have.nested.property("caller.credentials.Cookie", cookie);
    const sent = upstream.asked.map(({ headers }) =>
      ["authorization", "cookie"].map((name) => headerValue(headers, name)),
    );
    expect(sent).to.deep.equal([
      ["Bearer t", null],
      [null, cookie],
    ]);
  });

  it("is 401 when it gives a token twice, since it is not known which one counts", async () => {
    for (const name of ["token", "access_token"]) {
      const query = { [name]: ["a", "b"] };
      const error = await failure(identified({}, true)({ headers: {}, query }));
      expect(error.code).to.equal("UNAUTHENTICATED");
    }
    expect(upstream.asked).to.deep.equal([]);
  });

  it("is not taken for the owner of other cookies", async () => {
    const identify = identified();
    await identify({ headers: { cookie: "sid=a" } });
    await identify({ headers: { cookie: "sid=b" } });
    await identify({ headers: { cookie: "sid=a" } });
    expect(upstream.asked).to.have.length(2);
  });

  it("has the role that the answer tells, rather than a guess", async () => {
    const profile = { ...ada, role: { name: "__union__" } };
    answer = (_q, response) => answerJson(response, 200, { data: profile });
    const config = { currentRole: "/data/role" };
    for (const wanted of [null, "__union__", "admin"]) {
      const found = await identified(config)(bearer("t", wanted));
      expect(found).to.have.nested.property("caller.roleName", "__union__");
    }
    const other = await failure(identified(config)(bearer("t", "root")));
    expect(other.code).to.equal("ROLE_NOT_ALLOWED");
    const silent = identified({ currentRole: "/data/nosuch" });
    expect(await silent(bearer("t"))).to.have.nested.property("caller.roleName", null);
  });

  it("is given, once, the cookies that renew its session and the headers that pass names", async () => {
    answer = (_q, response) =>
      response
        .writeHead(200, [
          "X-New-Token",
          "n",
          "Set-Cookie",
          "a=1",
          "Set-Cookie",
          "b=2",
          "X-Own",
          "o",
        ])
        .end(JSON.stringify({ data: ada }));
    const identify = identified();
    const renews = ["X-New-Token", "n", "Set-Cookie", "a=1", "Set-Cookie", "b=2"];
    expect(await identify(bearer("t"))).to.have.deep.property("renews", renews);
    expect(await identify(bearer("t"))).not.to.have.property("renews");
    const more = identified({ pass: ["x-own"] });
    expect(await more(bearer("t"))).to.have.deep.property("renews", [...renews, "X-Own", "o"]);
  });

  describe("who need not be known", () => {
    it("is anonymous with cookies that are not a session, and is still refused with a bad token", async () => {
      for (const status of [401, 403]) {
        answer = (_q, response) => response.writeHead(status).end();
        const found = await identified({}, true)({ headers: { cookie: "_ga=1" } });
        expect(found).to.have.nested.property("caller.user", null);
        expect(await identified({}, true)(bearer("bad"))).to.have.nested.property(
          "answer.status",
          status,
        );
        const must = await identified()({ headers: { cookie: "_ga=1" } });
        expect(must).to.have.nested.property("answer.status", status);
      }
      answer = (_q, response) => answerJson(response, 200, { data: null });
      const found = await identified({}, true)({ headers: { cookie: "_ga=1" } });
      expect(found).to.have.nested.property("caller.user", null);
    });

    it("is not let through when the upstream can't be asked", async () => {
      answer = (_q, response) => response.writeHead(500).end();
      const error = await failure(identified({}, true)({ headers: { cookie: "sid=1" } }));
      expect(error.code).to.equal("UPSTREAM_BROKEN");
    });
  });

  describe("beside tokens that are verified here", () => {
    const jwt: KnownIdentity = {
      kind: "jwt",
      anonymous: false,
      secret: "a-secret-of-32-characters-at-least",
      publicKey: null,
      jwks: null,
      algorithms: ["HS256"],
      issuer: null,
      audience: null,
      rolesClaim: null,
    };
    const both = () =>
      identifier([jwt, { kind: "introspect", anonymous: false, ...base }], {
        ask: asking(upstream.url),
        isSecret: secretNames([]),
      });

    it("is asked about with cookies, and with a token that is not a JWT", async () => {
      await both()({ headers: { cookie: "sid=1" } });
      await both()(bearer("static-token"));
      await both()({ headers: {}, query: { access_token: "static-token" } });
      expect(upstream.asked).to.have.length(3);
    });

    it("is not asked about with a JWT, good or bad, which is decided here", async () => {
      const error = await failure(both()(bearer("eyJhbGciOiJIUzI1NiJ9.e30.AAAA")));
      expect(error.code).to.equal("UNAUTHENTICATED");
      expect(upstream.asked).to.deep.equal([]);
    });

    it("is 401 without any credential", async () => {
      expect((await failure(both()({ headers: {} }))).code).to.equal("UNAUTHENTICATED");
    });
  });

  it("can't inject a header by a token or a role", async () => {
    for (const token of ["t\r\nX-Role: admin", "t x", "t,u", ""]) {
      const error = await failure(identified()({ headers: {}, query: { token: token } }));
      expect(error.code).to.equal("UNAUTHENTICATED");
    }
    for (const authorization of [
      "Basic YTpi",
      "Digest x",
      "Bearer",
      "Bearer a b",
      "Bearer a, Bearer b",
    ]) {
      const error = await failure(
        identified()({ headers: { authorization }, query: { token: "t" } }),
      );
      expect(error.code).to.equal("UNAUTHENTICATED");
    }
    expect(upstream.asked).to.deep.equal([]);
  });
});

describe("a caller without an identity", () => {
  it("is anonymous whatever it sends, and keeps its credentials", async () => {
    const identify = identifier({ kind: "none" }, askNobody);
    const headers = { authorization: "Basic YTpi", cookie: "a=1", "x-role": "admin" };
    expect(await identify({ headers, query: { token: "t" } })).to.deep.equal({
      caller: {
        user: null,
        roleName: null,
        credentials: { Authorization: "Basic YTpi", Cookie: "a=1", "X-Role": "admin" },
      },
    });
    expect(await identify({ headers: {}, query: { token: "t" } })).to.have.nested.property(
      "caller.credentials.Authorization",
      "Bearer t",
    );
    expect(await identify({ headers: {}, query: { token: "t\r\nX: y" } })).to.deep.equal({
      caller: { user: null, roleName: null, credentials: {} },
    });
  });
});

const ada = {
  id: 1,
  name: "Ada",
  passwordHash: "x",
  iban: "y",
  roles: [{ name: "admin", api_key: "z" }, { name: "editor" }],
};

const base: IntrospectConfig = {
  path: "/api/auth:check?full=1",
  user: "/data",
  roles: "/data/roles",
  currentRole: null,
  pass: [],
  cache: 30_000,
};

const bearer = (token: string, role: string | null = null): Presented => ({
  headers: { authorization: `Bearer ${token}`, ...(role !== null && { "x-role": role }) },
});

const failure = (call: Promise<unknown>) => failureOf(call, GatewayError);
