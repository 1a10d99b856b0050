import { once } from "node:events";
import type { LookupAddress } from "node:dns";
import { networkInterfaces } from "node:os";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { expect } from "chai";
import type { Lookup } from "../../src/egress/connect.ts";
import { type Egress, egress } from "../../src/egress/outbound.ts";
import type { OwnAddress } from "../../src/egress/own-addresses.ts";
import { headerValue, isCredentialHeader } from "../../src/model/headers.ts";
import type { OutboundRequest } from "../../src/model/outbound.ts";
import { StepError } from "../../src/model/step-error.ts";
import { type Answer, type TestUpstream, startUpstream } from "../support/upstream.ts";
import { failureOf } from "../support/failure.ts";

describe("a request to the outside", () => {
  let started: { stop(): Promise<void> }[] = [];
  let out: Egress;
  let own: OwnAddress[] = [];
  beforeEach(() => (out = opened()));
  afterEach(async () => {
    await Promise.all(started.map((one) => one.stop()));
    started = [];
    own = [];
  });

  /** An egress that is closed after the test. */
  function opened(
    rules: { allow?: string[]; deny?: string[] } = {},
    dns: Lookup = noNames,
  ): Egress {
    const made = egress({
      allow: [],
      deny: [],
      ...rules,
      limit: 1_000,
      own: () => own,
      isCredential: isCredentialHeader,
      lookup: dns,
    });
    started.push({ stop: () => made.close() });
    return made;
  }

  async function server(answer?: Answer): Promise<TestUpstream> {
    const made = await startUpstream(answer);
    started.push(made);
    return made;
  }

  it("carries method, path, headers and body there, and the answer back", async () => {
    const there = await server((_request, response) =>
      response.writeHead(201, { "x-a": ["1", "2"] }).end("done"),
    );
    const answer = await out.send({
      ...get(`${there.url}/a%20b?c=d#e`),
      method: "POST",
      headers: { "X-Mine": "yes", "Content-Type": "text/plain" },
      body: "hello",
    });
    expect(answer).to.deep.include({ status: 201, body: Buffer.from("done") });
    expect(answer.headers["x-a"]).to.equal("1, 2");
    expect(there.lines()).to.deep.equal(["POST /a%20b?c=d"]);
    expect(there.asked[0]?.body.toString()).to.equal("hello");
    expect(header(there, "x-mine")).to.equal("yes");
  });

  it("sends user and password of the URL as Basic credentials", async () => {
    const there = await server();
    await out.send(get(there.url.replace("//", "//me:p%40ss@")));
    expect(header(there, "authorization")).to.equal(`Basic ${btoa("me:p@ss")}`);
  });

  it("does not take from headers what the URL and the connection decide", async () => {
    const there = await server();
    const headers = { Host: "elsewhere.test", Connection: "close", "Transfer-Encoding": "chunked" };
    await out.send({ ...get(there.url), headers });
    expect(header(there, "host")).to.equal(`127.0.0.1:${there.port}`);
  });

  it("errs with EGRESS_UNREACHABLE, and may be retried, when no server listens there", async () => {
    const there = await server();
    await there.stop();
    const error = await failure(out.send(get(`${there.url}/secret?token=abc`)));
    expect(error).to.include({ code: "EGRESS_UNREACHABLE", retryable: true });
    expect(error.message).to.contain("ECONNREFUSED").and.not.contain("abc");
  });

  it("errs with EGRESS_UNREACHABLE when the answer breaks off", async () => {
    const there = await server((_request, response) => {
      response.writeHead(200, { "content-length": "100" }).write("half");
      setImmediate(() => response.destroy());
    });
    expect(await failure(out.send(get(there.url)))).to.have.property("code", "EGRESS_UNREACHABLE");
  });

  it("ends when its signal says so, with the signal's reason, and hangs up", async () => {
    const stop = new AbortController();
    const reason = new Error("too slow");
    let gone: Promise<unknown> = Promise.resolve();
    const there = await server((_request, response) => {
      gone = once(response, "close");
      stop.abort(reason);
    });
    const sent = out.send({ ...get(there.url), signal: stop.signal });
    expect(await sent.catch((error: unknown) => error)).to.equal(reason);
    await gone;
  });

  describe("reads an answer", () => {
    const text = "x".repeat(900);
    const codings: [string, Buffer][] = [
      ["gzip", gzipSync(text)],
      ["deflate", deflateSync(text)],
      ["deflate", deflateRawSync(text)],
      ["br", brotliCompressSync(text)],
      ["gzip, br", brotliCompressSync(gzipSync(text))],
    ];
    for (const [coding, bytes] of codings) {
      it(`that is compressed: ${coding}`, async () => {
        const there = await server((_request, response) =>
          response.writeHead(200, { "content-encoding": coding }).end(bytes),
        );
        const answer = await out.send(get(there.url));
        expect(answer.body.toString()).to.equal(text);
        expect(answer.headers).not.to.have.any.keys("content-encoding", "content-length");
      });
    }

    it("to HEAD, which names a coding and has no body", async () => {
      const there = await server((_request, response) =>
        response.writeHead(200, { "content-encoding": "gzip" }).end(),
      );
      const answer = await out.send({ ...get(there.url), method: "HEAD" });
      expect(answer).to.deep.include({ status: 200, body: Buffer.alloc(0) });
    });

    it("in an unknown coding as it is", async () => {
      const there = await server((_request, response) =>
        response.writeHead(200, { "content-encoding": "secret" }).end("abc"),
      );
      const answer = await out.send(get(there.url));
      expect(answer.body.toString()).to.equal("abc");
      expect(answer.headers["content-encoding"]).to.equal("secret");
    });

    it("of just the limit, and errs at one byte more", async () => {
      const there = await server((request, response) =>
        response.end("x".repeat(Number(request.url?.slice(1)))),
      );
      expect((await out.send(get(`${there.url}/1000`))).body).to.have.lengthOf(1_000);
      const error = await failure(out.send(get(`${there.url}/1001`)));
      expect(error).to.include({ code: "EGRESS_TOO_LARGE", retryable: false });
    });

    it("that never ends no further than the limit", async () => {
      const there = await server((_request, response) => {
        const more = () => {
          while (!response.destroyed && response.write("x".repeat(10_000)));
        };
        response.on("drain", more);
        more();
      });
      expect(await failure(out.send(get(there.url)))).to.have.property("code", "EGRESS_TOO_LARGE");
    });
  });

  describe("follows a redirect", () => {
    const cases: [number, string, string][] = [
      [301, "POST", "GET"],
      [302, "POST", "GET"],
      [302, "PUT", "PUT"],
      [303, "PUT", "GET"],
      [303, "HEAD", "HEAD"],
      [307, "POST", "POST"],
      [308, "PATCH", "PATCH"],
    ];
    for (const [status, method, then] of cases) {
      it(`${status} of a ${method} with a ${then}`, async () => {
        const there = await server(redirecting(status, "/next"));
        const headers = { "Content-Type": "text/plain" };
        const body = method === "HEAD" ? null : "hello";
        const answer = await out.send({ ...get(`${there.url}/first`), method, headers, body });
        expect(answer.status).to.equal(200);
        expect(there.lines()).to.deep.equal([`${method} /first`, `${then} /next`]);
        const kept = then !== "GET" && method !== "HEAD";
        expect(there.asked[1]?.body.toString()).to.equal(kept ? "hello" : "");
        if (then === "GET") expect(header(there, "content-type", 1)).to.equal(null);
      });
    }

    it("to the same origin with its credentials", async () => {
      const there = await server(redirecting(302, "/next"));
      await out.send({ ...get(`${there.url}/first`), headers: credentials });
      expect(header(there, "authorization", 1)).to.equal("Bearer abc");
    });

    it("to another origin without credentials, and without them when it leads back", async () => {
      const home = await server((request, response) =>
        redirecting(302, request.url === "/first" ? `${other.url}/first` : "")(
          request,
          response,
          Buffer.alloc(0),
        ),
      );
      const other: TestUpstream = await server(redirecting(302, `${home.url}/next`));
      const headers = { ...credentials, "X-Mine": "yes" };
      await opened({ allow: ["127.0.0.1"] }).send({ ...get(`${home.url}/first`), headers });
      for (const [at, index] of [[other, 0] as const, [home, 1] as const]) {
        for (const name of Object.keys(credentials)) {
          expect(header(at, name.toLowerCase(), index), name).to.equal(null);
        }
        expect(header(at, "x-mine", index)).to.equal("yes");
      }
    });

    it("five times, and errs at the sixth", async () => {
      const there = await server((request, response) => {
        const left = Number(request.url?.slice(1));
        if (left === 0) response.end("there");
        else response.writeHead(302, { location: `/${left - 1}` }).end();
      });
      expect((await out.send(get(`${there.url}/5`))).body.toString()).to.equal("there");
      expect(await failure(out.send(get(`${there.url}/6`)))).to.have.property(
        "code",
        "EGRESS_REDIRECTS",
      );
    });

    it("only where it says where to go, and is answered by it otherwise", async () => {
      const there = await server((_request, response) => response.writeHead(302).end());
      expect(await out.send(get(there.url))).to.have.property("status", 302);
    });
  });

  describe("to a host that an expression computed", () => {
    it("is refused when egress.allow does not list it, and nothing is sent", async () => {
      const there = await server();
      const error = await failure(out.send(computed(there.url)));
      expect(error).to.include({ code: "EGRESS_DENIED", retryable: false });
      expect(there.asked).to.deep.equal([]);
    });

    it("goes where egress.allow lists its host, its host:port or a CIDR", async () => {
      const there = await server();
      for (const rule of ["127.0.0.1", `127.0.0.1:${there.port}`, "127.0.0.0/8"]) {
        expect(await opened({ allow: [rule] }).send(computed(there.url))).to.include({
          status: 200,
        });
      }
      for (const rule of ["127.0.0.1:1", "127.0.0.2", "10.0.0.0/8", "*.0.0.1"]) {
        const error = await failure(opened({ allow: [rule] }).send(computed(there.url)));
        expect(error, rule).to.have.property("code", "EGRESS_DENIED");
      }
    });

    it("goes to every name below *.host, in any case, and not to the host itself", async () => {
      const there = await server();
      const named = opened(
        { allow: ["*.Example.test"] },
        names({ "a.b.example.test": ["127.0.0.1"] }),
      );
      const answer = await named.send(computed(`http://A.b.EXAMPLE.test.:${there.port}/`));
      expect(answer.status).to.equal(200);
      for (const host of ["example.test", "notexample.test", "example.test.evil.test"]) {
        const error = await failure(named.send(computed(`http://${host}:${there.port}/`)));
        expect(error, host).to.have.property("code", "EGRESS_DENIED");
      }
    });

    it("goes to a name whose address is in an allowed CIDR, and to no other address of it", async () => {
      const there = await server();
      const dns = names({ "both.test": ["127.0.0.2", "127.0.0.1"], "bad.test": ["127.0.0.2"] });
      const ranged = opened({ allow: ["127.0.0.1/32"] }, dns);
      const answer = await ranged.send(computed(`http://both.test:${there.port}/`));
      expect(answer.status).to.equal(200);
      const error = await failure(ranged.send(computed(`http://bad.test:${there.port}/`)));
      expect(error).to.have.property("code", "EGRESS_DENIED");
    });
  });

  describe("withstands", () => {
    const never = [
      "http://169.254.169.254/latest/meta-data/",
      "http://[::ffff:169.254.169.254]/",
      "http://[::ffff:a9fe:a9fe]/",
      "http://[64:ff9b::a9fe:a9fe]/",
      "http://[2002:a9fe:a9fe::]/",
      "http://2852039166/",
      "http://0xa9fea9fe/",
      "http://0251.0376.0251.0376/",
      "http://169.254.43518/",
      "http://１６９.254.169.254/",
      "http://[fe80::1]/",
      "http://[fd00:ec2::254]/",
      "http://100.100.100.200/",
      "http://metadata.google.internal/",
      "http://METADATA.google.internal./",
      "http://0.0.0.0/",
      "http://0/",
      "http://[::]/",
      "http://[::ffff:0.0.0.0]/",
      "file:///etc/passwd",
      "ftp://127.0.0.1/",
      "not a url",
    ];
    for (const url of never) {
      it(`reaching ${url}, though it is written out and allowed`, async () => {
        const lax = opened({ allow: ["0.0.0.0/0", "::/0", "metadata.google.internal"] });
        for (const request of [get(url), computed(url)]) {
          expect(await failure(lax.send(request))).to.have.property("code", "EGRESS_DENIED");
        }
      });
    }

    it("a name that leads to a metadata address, though the name is allowed", async () => {
      for (const address of ["169.254.169.254", "fe80::1%1", "::ffff:169.254.169.254", "0.0.0.0"]) {
        const named = opened({ allow: ["evil.test"] }, names({ "evil.test": [address] }));
        for (const request of [get("http://evil.test/"), computed("http://evil.test/")]) {
          const error = await failure(named.send(request));
          expect(error, address).to.have.property("code", "EGRESS_DENIED");
        }
      }
    });

    it("a name that shows another address the second time (DNS rebinding)", async () => {
      const there = await server((_request, response) =>
        response.writeHead(200, { connection: "close" }).end(),
      );
      const answers = [["127.0.0.1"], ["169.254.169.254"]];
      const rebinding: Lookup = (_host, _options, callback) =>
        callback(null, (answers.shift() ?? []).map(found));
      const named = opened({ allow: ["evil.test"] }, rebinding);
      const url = `http://evil.test:${there.port}/`;
      expect(await named.send(computed(url))).to.include({ status: 200 });
      expect(await failure(named.send(computed(url)))).to.have.property("code", "EGRESS_DENIED");
    });

    it("a redirect to a metadata address", async () => {
      const there = await server(redirecting(302, "http://169.254.169.254/latest/"));
      const error = await failure(out.send(get(`${there.url}/first`)));
      expect(error).to.have.property("code", "EGRESS_DENIED");
    });

    it("a redirect to a host that is neither the written one nor allowed", async () => {
      const inner = await server();
      const there = await server(redirecting(302, `http://inner.test:${inner.port}/`));
      const dns = names({ "inner.test": ["127.0.0.1"] });
      const error = await failure(opened({}, dns).send(get(`${there.url}/first`)));
      expect(error).to.have.property("code", "EGRESS_DENIED");
      expect(inner.asked).to.deep.equal([]);
      const allowed = opened({ allow: ["inner.test"] }, dns);
      expect(await allowed.send(get(`${there.url}/first`))).to.include({ status: 200 });
    });

    it("a redirect to another port or scheme of the written host, unless allow lists it", async () => {
      const inner = await server();
      const there = await server(redirecting(307, `${inner.url}/`));
      const error = await failure(out.send(get(`${there.url}/first`)));
      expect(error).to.have.property("code", "EGRESS_DENIED");
      expect(inner.asked).to.deep.equal([]);
      const allowed = opened({ allow: [`127.0.0.1:${inner.port}`] });
      expect(await allowed.send(get(`${there.url}/first`))).to.include({ status: 200 });
      const secure = await server(redirecting(302, `https://127.0.0.1:${there.port}/`));
      const other = await failure(out.send(get(`${secure.url}/first`)));
      expect(other).to.have.property("code", "EGRESS_DENIED");
    });

    describe("reaching the gateway's own listeners", () => {
      it("though the address is written out and allowed, in each of its forms", async () => {
        const there = await server();
        own = [{ address: "127.0.0.1", port: there.port }];
        const lax = opened({ allow: ["0.0.0.0/0", "::/0"] });
        const hosts = [
          "127.0.0.1",
          "2130706433",
          "0x7f000001",
          "0177.1",
          "127.1",
          "[::ffff:127.0.0.1]",
          "[::ffff:7f00:1]",
          "[64:ff9b::7f00:1]",
        ];
        for (const host of hosts) {
          for (const request of [get, computed]) {
            const error = await failure(lax.send(request(`http://${host}:${there.port}/`)));
            expect(error, host).to.have.property("code", "EGRESS_DENIED");
          }
        }
        expect(there.asked).to.deep.equal([]);
      });

      it("by a name that leads to them", async () => {
        const there = await server();
        own = [{ address: "127.0.0.1", port: there.port }];
        const dns = names({ "self.test": ["127.0.0.1"], localhost: ["127.0.0.1"] });
        const named = opened({ allow: ["self.test", "localhost"] }, dns);
        for (const host of ["self.test", "localhost"]) {
          const error = await failure(named.send(get(`http://${host}:${there.port}/`)));
          expect(error, host).to.have.property("code", "EGRESS_DENIED");
        }
        expect(there.asked).to.deep.equal([]);
      });

      it("where they listen everywhere, by any address of this machine", async () => {
        const there = await server();
        const mine = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
        for (const everywhere of ["0.0.0.0", "::"]) {
          own = [{ address: everywhere, port: there.port }];
          const ipv4 = mine.filter(({ family }) => family === "IPv4");
          for (const host of ["127.0.0.1", "127.9.9.9", ...ipv4.map(({ address }) => address)]) {
            const error = await failure(out.send(get(`http://${host}:${there.port}/`)));
            expect(error, host).to.have.property("code", "EGRESS_DENIED");
          }
        }
        expect(there.asked).to.deep.equal([]);
      });

      it("by a redirect", async () => {
        const admin = await server();
        own = [{ address: "127.0.0.1", port: admin.port }];
        const there = await server(redirecting(307, `${admin.url}/workflows/x/run`));
        const lax = opened({ allow: ["127.0.0.1"] });
        const error = await failure(lax.send({ ...get(`${there.url}/first`), method: "POST" }));
        expect(error).to.have.property("code", "EGRESS_DENIED");
        expect(admin.asked).to.deep.equal([]);
      });

      it("and still reaches other ports of the same address", async () => {
        const there = await server();
        own = [
          { address: "127.0.0.1", port: there.port + 1 },
          { address: "::", port: 1 },
        ];
        expect(await out.send(get(there.url))).to.include({ status: 200 });
      });
    });

    it("a redirect to another scheme", async () => {
      const there = await server(redirecting(302, "file:///etc/passwd"));
      const error = await failure(out.send(get(`${there.url}/first`)));
      expect(error).to.have.property("code", "EGRESS_DENIED");
    });

    it("reaching what egress.deny lists, though it is written out and allowed", async () => {
      const there = await server();
      for (const rule of ["127.0.0.1", "127.0.0.0/8", `127.0.0.1:${there.port}`]) {
        const strict = opened({ allow: ["127.0.0.1"], deny: [rule] });
        for (const request of [get(there.url), computed(there.url)]) {
          expect(await failure(strict.send(request))).to.have.property("code", "EGRESS_DENIED");
        }
      }
      const named = opened({ deny: ["127.0.0.0/8"] }, names({ "in.test": ["127.0.0.1"] }));
      const error = await failure(named.send(get(`http://in.test:${there.port}/`)));
      expect(error).to.have.property("code", "EGRESS_DENIED");
      expect(there.asked).to.deep.equal([]);
    });

    it("reaching a denied IPv4 address that is written as IPv6", async () => {
      const there = await server();
      const strict = opened({ deny: ["127.0.0.0/8"] });
      const url = `http://[::ffff:127.0.0.1]:${there.port}/`;
      expect(await failure(strict.send(get(url)))).to.have.property("code", "EGRESS_DENIED");
    });

    it("the use of a connection that a trusting request has opened", async () => {
      const there = await server();
      let address = "127.0.0.1";
      const dns: Lookup = (_host, _options, callback) => callback(null, [found(address)]);
      const ranged = opened({ allow: ["127.0.0.9/32"] }, dns);
      const url = `http://api.test:${there.port}/`;
      expect(await ranged.send(get(url))).to.include({ status: 200 });
      address = "127.0.0.2";
      expect(await failure(ranged.send(computed(url)))).to.have.property("code", "EGRESS_DENIED");
    });

    it("a small answer that unpacks to a huge one", async () => {
      const bomb = gzipSync(Buffer.alloc(500_000));
      const there = await server((_request, response) =>
        response.writeHead(200, { "content-encoding": "gzip" }).end(bomb),
      );
      expect(bomb.length).to.be.below(1_000);
      expect(await failure(out.send(get(there.url)))).to.have.property("code", "EGRESS_TOO_LARGE");
    });
  });
});

const credentials = {
  Authorization: "Bearer abc",
  Cookie: "a=b",
  "X-Api-Key": "k",
  "Ocp-Apim-Subscription-Key": "k",
  "Proxy-Authorization": "Basic x",
};

const signal = new AbortController().signal;

const get = (url: string): OutboundRequest => ({
  to: { url, literalOrigin: true },
  method: "GET",
  headers: {},
  body: null,
  signal,
});

const computed = (url: string): OutboundRequest => ({
  ...get(url),
  to: { url, literalOrigin: false },
});

/** Redirects what is asked for as `/first`; all else is 200. */
const redirecting =
  (status: number, location: string): Answer =>
  (request, response) => {
    if (request.url === "/first") response.writeHead(status, { location }).end("moved");
    else response.end("there");
  };

const header = (at: TestUpstream, name: string, index = 0) =>
  headerValue(at.asked[index]?.headers ?? [], name);

const found = (address: string): LookupAddress => ({
  address,
  family: address.includes(":") ? 6 : 4,
});

const names =
  (known: Record<string, string[]>): Lookup =>
  (host, _options, callback) => {
    const plain = host.toLowerCase().replace(/\.$/, "");
    const addresses = known[plain];
    if (addresses) callback(null, addresses.map(found));
    else callback(Object.assign(new Error("not found"), { code: "ENOTFOUND" }), []);
  };

const noNames = names({});

const failure = (call: Promise<unknown>) => failureOf(call, StepError);
