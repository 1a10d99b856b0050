import { expect } from "chai";
import { locations } from "../../src/proxy/locations.ts";
import { type Place, ask, startPlace, valuesOf } from "./place.ts";

const at = (origin: string, base = "") => locations({ origin, base, socketPath: null });

describe("an address in an answer", () => {
  const client = { proto: "https", host: "api.example.com:8443" };
  const own = "https://api.example.com:8443";
  const given: [what: string, address: string, rewritten: string][] = [
    ["the upstream's own", "http://10.0.0.7:3000/posts/7?a=1#b", `${own}/posts/7?a=1#b`],
    ["without a path", "http://10.0.0.7:3000", `${own}/`],
    ["of a query alone", "http://10.0.0.7:3000?a", `${own}/?a`],
    ["in other letters", "HTTP://10.0.0.7:3000/Posts", `${own}/Posts`],
    ["without a scheme", "//10.0.0.7:3000/posts", `${own}/posts`],
    ["with bytes beyond ASCII", "http://10.0.0.7:3000/\xe9", `${own}/\xe9`],
  ];
  for (const [what, address, rewritten] of given) {
    it(`is given as the client knows it: ${what}`, () => {
      expect(at("http://10.0.0.7:3000")(address, client)).to.equal(rewritten);
    });
  }

  const kept = [
    "/posts/7",
    "posts/7",
    "",
    "http://elsewhere.example/",
    "http://10.0.0.7/posts",
    "http://10.0.0.7:30001/posts",
    "https://10.0.0.7:3000/posts",
    "http://10.0.0.7:3000.evil.example/",
    "http://10.0.0.7:3000@evil.example/",
    "http://[",
    "ftp://10.0.0.7:3000/",
    "x?to=http://10.0.0.7:3000/",
  ];
  for (const address of kept) {
    it(`stays where it is another: ${JSON.stringify(address)}`, () => {
      expect(at("http://10.0.0.7:3000")(address, client)).to.equal(address);
    });
  }

  it("loses the path that is put before every request's, and only that", () => {
    const based = at("http://10.0.0.7:3000", "/v1");
    expect(based("http://10.0.0.7:3000/v1/posts/7", client)).to.equal(`${own}/posts/7`);
    expect(based("http://10.0.0.7:3000/v1", client)).to.equal(`${own}/`);
    expect(based("http://10.0.0.7:3000/v1?a", client)).to.equal(`${own}/?a`);
    expect(based("http://10.0.0.7:3000/v10/posts", client)).to.equal(`${own}/v10/posts`);
  });

  it("is the same with a default port, written or not", () => {
    expect(at("https://api.internal")("https://api.internal:443/x", client)).to.equal(`${own}/x`);
  });

  const views: [what: string, proto: string, host: string, rewritten: string][] = [
    ["several proxies", "https, http", "a.example, b.example", "https://a.example/x"],
    ["an IPv6 address", "http", "[::1]:8080", "http://[::1]:8080/x"],
    ["a request without a host", "http", "", "/x"],
    ["a host that is not valid", "http", 'a.example/"><script>', "/x"],
    ["a scheme that is not valid", "javascript", "a.example", "/x"],
  ];
  for (const [what, proto, host, rewritten] of views) {
    it(`is right for a client that came by ${what}`, () => {
      expect(at("http://up")("http://up/x", { proto, host })).to.equal(rewritten);
    });
  }
});

describe("Location and Content-Location", () => {
  let place: Place;
  afterEach(() => place.stop());

  const WAYS = [
    ["GET", "/api/notes"],
    ["GET", "/api/posts"],
    ["PUT", "/api/orders/1"],
    ["GET", "/site/page"],
  ] as const;

  /** What a client behind a proxy is told, on each way. */
  async function rewritten(): Promise<(string | undefined)[][]> {
    place.answer((_request, response) => {
      const location = `http://127.0.0.1:${place.upstream}/api/posts/7`;
      const headers = { Location: location, "Content-Location": location, "X-Link": location };
      response.writeHead(201, { ...headers, "Content-Type": "application/json" }).end('{"id":7}');
    });
    const headers = ["X-Forwarded-Proto", "https", "X-Forwarded-Host", "api.example.com"];
    return Promise.all(
      WAYS.map(async ([method, path]) => {
        const got = await ask(place.gateway, { method, path, headers });
        return ["location", "content-location", "x-link"].map(
          (name) => valuesOf(got.headers, name)[0],
        );
      }),
    );
  }

  it("tell a client on every way how it reaches what they name", async () => {
    place = await startPlace("", WORKFLOWS);
    const own = "https://api.example.com/api/posts/7";
    const link = `http://127.0.0.1:${place.upstream}/api/posts/7`;
    expect(await rewritten()).to.deep.equal(WAYS.map(() => [own, own, link]));
  });

  it("stay as they came with upstream.rewriteLocation: false", async () => {
    place = await startPlace(", rewriteLocation: false", WORKFLOWS);
    const link = `http://127.0.0.1:${place.upstream}/api/posts/7`;
    expect(await rewritten()).to.deep.equal(WAYS.map(() => [link, link, link]));
  });
});

const WORKFLOWS = `
  after:
    trigger: { type: post-action, collection: orders, global: true, actions: [update], sync: true }
    steps: []
`;
