import type { RequestListener } from "node:http";
import { createRequire } from "node:module";
import { expect } from "chai";
import { array, assert, asyncProperty, constantFrom, record } from "fast-check";
import { type TestGateway, startTestGateway } from "../support/gateway.ts";
import { rawRequest } from "../support/raw-request.ts";
import { startRawUpstream } from "../support/upstream.ts";

describe("in front of json-server, an attacker", () => {
  let gateway: TestGateway;
  let db: Database;
  before(async () => {
    const { app, database } = jsonServerOf(records);
    db = database;
    gateway = await startTestGateway(workflows, { upstream: await startRawUpstream(app) });
  });
  beforeEach(() => db.setState(structuredClone(records)));
  after(() => gateway.stop());

  const fire = ({ method, target, headers = {} }: Attack, url: string) =>
    rawRequest(url, method, target, { "Content-Type": "application/json", ...headers }, '{"a":1}');

  const attacks: [what: string, attack: Attack][] = [
    ["the plain path", { method: "POST", target: "/posts" }],
    ["the path in capitals", { method: "POST", target: "/POSTS" }],
    ["a slash behind it", { method: "POST", target: "/posts/" }],
    ["a target in absolute form", { method: "POST", target: "http://evil.example/posts" }],
    ["a fragment", { method: "POST", target: "/posts#x" }],
    ["a fragment before the query", { method: "POST", target: "/posts#?a=1" }],
    ["a parent that does not exist", { method: "POST", target: "/x/1/posts" }],
    ["a parent's key of one dot", { method: "POST", target: "/x/./posts" }],
    ["a parent's key of two dots", { method: "POST", target: "/x/../posts" }],
    ["a parent's key with an encoded slash", { method: "POST", target: "/x/y%2Fz/posts" }],
    ["an encoded query below a parent", { method: "POST", target: "/x/1/posts%3Fa=1" }],
    ["an encoded fragment below a parent", { method: "POST", target: "/x/1/posts%23a" }],
    ["an encoded slash below a parent", { method: "POST", target: "/x/1/posts%2F" }],
    [
      "an encoded slash in a parent's key, and below it",
      { method: "POST", target: "/x/y%2Fz/posts%2F" },
    ],
    ["an encoded letter below a parent", { method: "POST", target: "/x/1/%70ost%73" }],
    ["a key in capitals", { method: "DELETE", target: "/Posts/1/" }],
    ["an encoded key", { method: "DELETE", target: "/posts/%31" }],
    ["a method override", { method: "POST", target: "/posts/1", headers: override("DELETE") }],
    ["a lower-case override", { method: "POST", target: "/posts/1", headers: override("delete") }],
    [
      "two overrides in one",
      { method: "POST", target: "/posts/1", headers: override("PATCH, GET") },
    ],
    ["an override at /POSTS/1/", { method: "POST", target: "/POSTS/1/", headers: override("PUT") }],
    [
      "an override at a fragment",
      { method: "POST", target: "/posts/1#x", headers: override("PUT") },
    ],
    [
      "an override on the way to create",
      { method: "POST", target: "/posts/1?a#", headers: override("PATCH") },
    ],
  ];
  for (const [what, attack] of attacks) {
    it(`changes no post by ${what}, as json-server alone would let it`, async () => {
      await fire(attack, gateway.upstream.url);
      expect(db.getState().posts, "json-server alone").not.to.deep.equal(records.posts);
      db.setState(structuredClone(records));

      await fire(attack, gateway.url);
      expect(db.getState().posts).to.deep.equal(records.posts);
    });
  }

  it("changes no post by any mixture of such tricks", async function () {
    this.timeout(120_000);
    await assert(
      asyncProperty(mixtures, async ({ method, start, middle, word, end, overriding }) => {
        db.setState(structuredClone(records));
        const target = start + middle + word + end.join("");
        const headers = overriding === null ? {} : override(overriding);
        await fire({ method, target, headers }, gateway.url);
        expect(db.getState().posts, `${method} ${target}`).to.deep.equal(records.posts);
      }),
      { numRuns: 300 },
    );
  });

  it("may change a collection without a guard, and no workflow runs for that", async () => {
    const answer = await rawRequest(gateway.url, "DELETE", "/comments/1");
    expect(answer.status).to.equal(200);
    expect(db.getState().comments).to.deep.equal([]);
    expect(await gateway.runs()).to.satisfy((runs: { trigger: { collection: string } }[]) =>
      runs.every(({ trigger }) => trigger.collection === "posts"),
    );
  });
});

interface Attack {
  readonly method: string;
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Database {
  getState(): typeof records;
  setState(records: unknown): void;
}

const records = {
  posts: [{ id: 1, title: "First" }],
  comments: [{ id: 1, body: "Well", postId: 1 }],
};

function override(method: string) {
  return { "X-HTTP-Method-Override": method };
}

const mixtures = record({
  method: constantFrom("POST", "PUT", "PATCH", "DELETE"),
  start: constantFrom("/", "//", "/./", "/x/../", "http://evil.example/", "/%2e/", "/\\"),
  middle: constantFrom("", "x/1/", "x/./", "x/y%2fz/", "x/%00/", "x/;/", "X/1/"),
  word: constantFrom("posts", "POSTS", "%70osts", "posts%2f", "posts%3f", "posts;v", "posts.json"),
  end: array(constantFrom("/", "/1", "#x", "?a=1", "%20", "%00", "?_method=DELETE"), {
    maxLength: 2,
  }),
  overriding: constantFrom(null, "DELETE", "PATCH", "PUT", "POST"),
});

/** The real json-server, with its records in memory. It has no types of its own. */
function jsonServerOf(state: typeof records): { app: RequestListener; database: Database } {
  const jsonServer = createRequire(import.meta.url)("json-server") as {
    create(): RequestListener & { use(router: object): void };
    router(state: object): { db: Database };
  };
  const app = jsonServer.create();
  const router = jsonServer.router(structuredClone(state));
  app.use(router);
  return { app, database: router.db };
}

const workflows = `
identity: none
workflows:
  closed:
    trigger: { type: pre-action, collection: posts, global: true, actions: [create, update, destroy] }
    steps: [{ type: end, status: failed }]
`;
