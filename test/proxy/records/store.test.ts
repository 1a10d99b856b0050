import { expect } from "chai";
import type { Caller } from "../../../src/model/caller.ts";
import type { Json, JsonObject } from "../../../src/model/json.ts";
import { sortFact } from "../../../src/model/query-facts.ts";
import type { RecordQuery } from "../../../src/model/records.ts";
import { answerJson } from "../../support/upstream.ts";
import { asService, factsOf, failure, queryOf, recordsPlace } from "./place.ts";

const place = recordsPlace();
const { records } = place;

describe("the records of a rest upstream", () => {
  const posts = [
    { id: 1, title: "b", authorId: 7, tags: ["x"], price: 10 },
    { id: 2, title: "a", authorId: 7, tags: [], price: null },
    { id: 3, title: "c", authorId: 8, tags: ["x", "y"], price: 2.5 },
  ];

  it("are got by key, as one path segment", async () => {
    serve({ id: "a/b" });
    expect(await records().get("posts", "a/b ?:", [], asService)).to.deep.equal({ id: "a/b" });
    expect(place.backend.lines()).to.deep.equal(["GET /posts/a%2Fb%20%3F%3A"]);
  });

  it("are null when there is no such record", async () => {
    place.answer = (_q, response) => answerJson(response, 404, { error: "no" });
    expect(await records().get("posts", "1", [], asService)).to.equal(null);
    place.answer = (_q, response) => response.writeHead(204).end();
    expect(await records().get("posts", "1", [], asService)).to.equal(null);
  });

  it("are filtered by equality in the URL, and again here, since an upstream may ignore it", async () => {
    serve(posts);
    expect(await ids({ filter: { authorId: "7", title: "a" } })).to.deep.equal([2]);
    expect(await ids({ filter: { tags: "x" } })).to.deep.equal([1, 3]);
    expect(place.backend.lines()).to.deep.equal([
      "GET /posts?authorId=7&title=a",
      "GET /posts?tags=x",
    ]);
  });

  it("are filtered and ordered to the last digit of an integer beyond a double", async () => {
    const ofId = '{"id":1,"n":50755254975729665},{"id":2,"n":50755254975729667}';
    place.answer = (_q, response) =>
      response.writeHead(200).end(`[${ofId},{"id":3,"n":7},{"id":4,"n":"50755254975729665"}]`);
    const n = 50755254975729665n;
    const cases: [filter: RecordQuery["filter"], ids: number[]][] = [
      [{ n }, [1, 4]],
      [{ n: { $ne: n } }, [2, 3]],
      [{ n: { $in: [n, 7] } }, [1, 3, 4]],
      [{ n: { $gt: n } }, [2]],
      [{ n: { $gte: n } }, [1, 2]],
      [{ n: { $lt: n } }, [3]],
      [{ n: { $lte: n, $gt: 6.5 } }, [1, 3]],
      [{ n: { $gt: 7 } }, [1, 2]],
      [{ n: { $mod: [10, 7] } }, [2, 3]],
      [{ n: { $not: { $gt: 7 } } }, [3, 4]],
      [{ n: { $gt: "4" } }, [4]],
    ];
    for (const [filter, expected] of cases) expect(await ids({ filter })).to.deep.equal(expected);
    expect(await ids({ sort: ["-n"] })).to.deep.equal([4, 2, 1, 3]);
  });

  describe("are filtered here, since the upstream can't express it, by", () => {
    const cases: [filter: RecordQuery["filter"], ids: number[]][] = [
      [{ price: { $gt: 2, $lt: 10 } }, [3]],
      [{ price: null }, [2]],
      [{ price: { $ne: null } }, [1, 3]],
      [{ id: { $in: [1, "3"] } }, [1, 3]],
      [{ tags: ["x", "y"] }, [3]],
      [{ $or: [{ title: "a" }, { price: { $gte: 10 } }] }, [1, 2]],
      [{ title: { $regex: "^[AB]$", $options: "i" } }, [1, 2]],
      [{ $nor: [{ title: "a" }] }, [1, 3]],
      [{ missing: { $exists: false } }, [1, 2, 3]],
      [{ _limit: 1 }, []],
    ];
    for (const [filter, expected] of cases) {
      it(JSON.stringify(filter), async () => {
        serve(posts);
        expect(await ids({ filter })).to.deep.equal(expected);
        expect(place.backend.lines()).to.deep.equal(["GET /posts"]);
      });
    }
  });

  it("are ordered and bounded here: by several fields, null last, equal ones as they came", async () => {
    serve(posts);
    expect(await ids({ sort: ["title"] })).to.deep.equal([2, 1, 3]);
    expect(await ids({ sort: ["-authorId", "-title"] })).to.deep.equal([3, 1, 2]);
    expect(await ids({ sort: ["price"] })).to.deep.equal([3, 1, 2]);
    expect(await ids({ sort: ["authorId"] })).to.deep.equal([1, 2, 3]);
    expect(await ids({ sort: ["-id"], limit: 2 })).to.deep.equal([3, 2]);
    expect(place.backend.lines().every((line) => line === "GET /posts")).to.equal(true);
  });

  it("err when there are more than may be worked on in memory", async () => {
    serve(posts);
    const error = await failure(records({ rowLimit: 2 }).list("posts", queryOf(), asService));
    expect(error).to.include({ code: "TOO_MANY_ROWS", retryable: false });
    expect(error.message).to.match(/posts.*2.*limits\.rows/);
  });

  it("err when the answer to a list is not a list", async () => {
    serve({ items: posts });
    const error = await failure(records().list("posts", queryOf(), asService));
    expect(error).to.include({ code: "UPSTREAM_FAILED", retryable: false });
    expect(error.message).to.match(/upstream\.api\.record/);
  });

  it("are found where an overridden fact says that they stand", async () => {
    serve({ items: posts });
    const sort = sortFact.parse("_sort");
    const facts = factsOf("rest", { record: "/items", limit: "_limit", sort });
    const list = await records({ facts }).list(
      "posts",
      queryOf({ sort: ["id"], limit: 5 }),
      asService,
    );
    expect(list).to.deep.equal(posts);
    expect(place.backend.lines()).to.deep.equal(["GET /posts?_sort=id&_limit=5"]);
  });

  describe("load associations along", () => {
    const category = { collection: "categories", foreignKey: null };
    const author = { collection: "users", foreignKey: "authorId" };
    const collections = {
      posts: { primaryKey: "id", associations: { category, author } },
      users: {
        primaryKey: "id",
        associations: { company: { collection: "firms", foreignKey: null } },
      },
    };
    const files: Record<string, Json> = {
      "/posts": posts,
      "/posts/1": { id: 1, categoryId: 5, authorId: 7 },
      "/posts/2": { id: 2, categoryId: null },
      "/posts/3": { id: 3, category: { id: 9 } },
      "/posts/4": { id: 4, categoryId: 404 },
      "/posts/5": { id: 5, categoryId: { $gt: "" } },
      "/posts/6": { id: 6, categoryId: ".." },
      "/categories/5": { id: 5, name: "News" },
      "/users/7": { id: 7, companyId: "k" },
      "/users/8": { id: 8, companyId: null },
      "/firms/k": { id: "k" },
    };
    beforeEach(() => {
      place.answer = (request, response) => {
        const file = files[request.url ?? ""];
        answerJson(response, file === undefined ? 404 : 200, file ?? {});
      };
    });
    const get = (key: string, ...appends: string[]) =>
      records({ collections }).get("posts", key, appends, asService);

    it("by a second request on the foreign key", async () => {
      expect(await get("1", "category", "author.company")).to.deep.equal({
        id: 1,
        categoryId: 5,
        authorId: 7,
        category: { id: 5, name: "News" },
        author: { id: 7, companyId: "k", company: { id: "k" } },
      });
      expect(place.backend.lines()).to.deep.equal([
        "GET /posts/1",
        "GET /categories/5",
        "GET /users/7",
        "GET /firms/k",
      ]);
    });

    it("as null where the record has none", async () => {
      expect(await get("2", "category")).to.have.property("category", null);
      expect(await get("4", "category")).to.have.property("category", null);
    });

    it("as the answer embeds them", async () => {
      expect(await get("3", "category")).to.deep.equal({ id: 3, category: { id: 9 } });
      expect(place.backend.lines()).to.deep.equal(["GET /posts/3"]);
    });

    it("of a whole list, with one request for each of them", async () => {
      const list = await records({ collections }).list(
        "posts",
        queryOf({ appends: ["author"] }),
        asService,
      );
      expect(list.map((post) => (post as { author: { id: number } }).author.id)).to.deep.equal([
        7, 7, 8,
      ]);
      expect(place.backend.lines().toSorted()).to.deep.equal([
        "GET /posts",
        "GET /users/7",
        "GET /users/8",
      ]);
    });

    it("and err where the configuration does not say what an association leads to", async () => {
      const error = await failure(get("1", "editor"));
      expect(error).to.include({ code: "UNKNOWN_ASSOCIATION", retryable: false });
    });

    it("and err at a foreign key that is not a key, before it gets into a path", async () => {
      expect((await failure(get("5", "category"))).code).to.equal("BAD_KEY");
      expect((await failure(get("6", "category"))).code).to.equal("BAD_KEY");
    });
  });
});

describe("the records of a NocoBase upstream", () => {
  it("are asked for in its own words", async () => {
    place.answer = (_q, response) =>
      answerJson(response, 200, { data: [{ id: 1 }], meta: { count: 1, page: 1 } });
    const part = { filter: { a: { $gt: 1 } }, sort: ["-id", "a"], limit: 3, appends: ["category"] };
    const list = await records({ facts: factsOf("nocobase") }).list(
      "posts",
      queryOf(part),
      asService,
    );
    expect(list).to.deep.equal([{ id: 1 }]);
    expect(asked()).to.deep.equal({
      path: "/api/posts:list",
      filter: '{"a":{"$gt":1}}',
      sort: "-id,a",
      pageSize: "3",
      appends: "category",
    });
  });

  it("are got by key, with associations; a null `data` is not a record", async () => {
    place.answer = (_q, response) => answerJson(response, 200, { data: null });
    const store = records({ facts: factsOf("nocobase") });
    expect(await store.get("posts", "a&b", ["category"], asService)).to.equal(null);
    expect(asked()).to.deep.equal({
      path: "/api/posts:get",
      filterByTk: "a&b",
      appends: "category",
    });
  });

  it("are bounded by default, since a page holds only the first few", async () => {
    place.answer = (_q, response) => answerJson(response, 200, { data: [{}, {}, {}] });
    const store = records({ facts: factsOf("nocobase"), rowLimit: 2 });
    const error = await failure(store.list("posts", queryOf(), asService));
    expect(error.code).to.equal("TOO_MANY_ROWS");
    expect(asked()).to.have.property("pageSize", "3");
  });
});

describe("the records of a Directus upstream", () => {
  it("are asked for by its own parameters; the rest is done here", async () => {
    place.answer = (_q, response) =>
      answerJson(response, 200, {
        data: [
          { id: 1, n: 1 },
          { id: 2, n: 5 },
        ],
        meta: { filter_count: 2 },
      });
    const filter = { status: "draft", gone: null, age: { _lt: 3 }, n: { $ne: 1 } };
    const part = { filter, sort: ["-id"], limit: 1, appends: ["category"] };
    const list = await records({ facts: factsOf("directus") }).list(
      "posts",
      queryOf(part),
      asService,
    );
    expect(list).to.deep.equal([{ id: 2, n: 5 }]);
    expect(asked()).to.deep.equal({
      path: "/items/posts",
      filter: '{"status":{"_eq":"draft"},"gone":{"_null":true},"age":{"_lt":3}}',
      sort: "-id",
      limit: "10001",
      fields: "*,category.*",
      meta: "filter_count",
    });
  });
});

describe("a request for records", () => {
  it("carries the service's headers, or the caller's credentials, never both", async () => {
    const store = records({ serviceHeaders: { Authorization: "Bearer service" } });
    const caller: Caller = {
      user: null,
      roleName: null,
      credentials: { Authorization: "Bearer caller", Cookie: "a=1", "X-Role": "admin" },
    };
    const headers = { "X-Request-Id": "r", authorization: "nobody's" };
    await store.get("posts", "1", [], { ...asService, headers });
    await store.get("posts", "1", [], { ...asService, caller, headers });
    const [service = [], own = []] = place.backend.asked.map((each) => each.headers);
    expect(service).to.include.members(["Bearer service", "X-Request-Id", "r"]);
    expect(service).to.not.include.members(["Cookie"]);
    expect(own).to.include.members(["Bearer caller", "Cookie", "a=1", "X-Role", "admin"]);
    expect(own).to.not.include("Bearer service");
    expect([...service, ...own]).to.not.include("nobody's");
  });

  describe("reports, with method, collection and whether to try again, a failure of status", () => {
    const cases: [status: number, retryable: boolean][] = [
      [400, false],
      [401, false],
      [403, false],
      [408, true],
      [429, true],
      [500, true],
      [503, true],
      [302, false],
    ];
    for (const [status, retryable] of cases) {
      it(String(status), async () => {
        place.answer = (_q, response) => answerJson(response, status, { token: "s3cret" });
        const error = await failure(records().get("posts", "1", [], asService));
        expect(error).to.include({ code: "UPSTREAM_FAILED", retryable });
        expect(error.message).to.equal(`GET posts was answered ${status} by the upstream`);
      });
    }
  });

  it("obeys Retry-After, in seconds or as a date", async () => {
    const now = new Date("2026-01-02T03:04:05Z");
    const waits = ["7", "Fri, 02 Jan 2026 03:05:05 GMT", "soon"];
    const found: (number | null)[] = [];
    for (const wait of waits) {
      place.answer = (_q, response) => response.writeHead(503, { "retry-after": wait }).end();
      found.push(
        (await failure(records({ now: () => now }).get("posts", "1", [], asService))).retryAfter,
      );
    }
    expect(found).to.deep.equal([7_000, 60_000, null]);
  });

  it("errs at an answer that is not JSON, without quoting it", async () => {
    place.answer = (_q, response) => response.end("<b>s3cret</b>");
    const error = await failure(records().get("posts", "1", [], asService));
    expect(error).to.include({ code: "UPSTREAM_FAILED", retryable: false });
    expect(`${error.message}${String(error.cause)}`).to.not.include("s3cret");
  });

  it("errs at an answer over the limit", async () => {
    place.answer = (_q, response) => answerJson(response, 200, "x".repeat(2_000));
    const error = await failure(records({ responseLimit: 1_000 }).get("posts", "1", [], asService));
    expect(error).to.include({ code: "UPSTREAM_BROKEN", retryable: false });
  });

  it("errs when there is no upstream, and may be tried again", async () => {
    await place.backend.stop();
    const error = await failure(records().get("posts", "1", [], asService));
    expect(error).to.include({ code: "UPSTREAM_UNREACHABLE", retryable: true });
  });

  it("ends at once when it is aborted", async () => {
    const abort = new AbortController();
    place.answer = () => abort.abort(new Error("enough"));
    const call = records().get("posts", "1", [], { ...asService, signal: abort.signal });
    const error: unknown = await call.catch((reason: unknown) => reason);
    expect(error).to.have.property("message", "enough");
  });
});

describe("an attacker whose text becomes a key, a collection or a filter", () => {
  for (const text of ["", ".", "..", "\ud800"]) {
    it(`can't leave the collection by ${JSON.stringify(text)}`, async () => {
      const none = queryOf();
      expect((await failure(records().get("posts", text, [], asService))).code).to.equal("BAD_KEY");
      expect((await failure(records().get(text, "1", [], asService))).code).to.equal(
        "BAD_COLLECTION",
      );
      expect((await failure(records().list(text, none, asService))).code).to.equal(
        "BAD_COLLECTION",
      );
      expect(place.backend.lines()).to.deep.equal([]);
    });
  }

  it("can't name an action in place of a collection", async () => {
    const facts = factsOf("nocobase");
    await records({ facts }).get("posts:destroy?x=", "1", [], asService);
    expect(place.backend.lines()).to.deep.equal([
      "GET /api/posts%3Adestroy%3Fx%3D:get?filterByTk=1",
    ]);
  });

  it("can't run code by $where, at any depth", async () => {
    const code = "globalThis.owned = true";
    const where = { $where: code };
    const filters: JsonObject[] = [where, { a: where }, { $or: [where] }];
    for (const filter of filters) {
      const error = await failure(records().list("posts", queryOf({ filter }), asService));
      expect(error).to.include({ code: "BAD_FILTER", retryable: false });
    }
    expect(globalThis).to.not.have.property("owned");
    expect(place.backend.lines()).to.deep.equal([]);
  });

  it("can't stop the gateway by a regular expression that backtracks", async () => {
    place.answer = (_q, response) => answerJson(response, 200, [{ a: `${"a".repeat(50_000)}!` }]);
    const filter = { a: { $regex: "^(a+)+$" } };
    expect(await records().list("posts", queryOf({ filter }), asService)).to.deep.equal([]);
  });

  describe("can't crash the gateway by the invalid filter", () => {
    const filters: Json[] = [
      { a: { $regex: "(" } },
      { a: { $regex: "a", $options: "x" } },
      { a: { $regex: { $gt: "" } } },
      { a: { $gtt: 1 } },
      { $or: [] },
      { $and: 1 },
      { $or: [{ constructor: null, b: 1 }, null] },
    ];
    for (const filter of filters) {
      it(JSON.stringify(filter), async () => {
        place.answer = (_q, response) => answerJson(response, 200, [{ a: 1 }]);
        const part = { filter: filter as RecordQuery["filter"] };
        const error = await failure(records().list("posts", queryOf(part), asService));
        expect(error).to.include({ code: "BAD_FILTER", retryable: false });
      });
    }
  });
});

const serve = (body: Json) => place.serve(200, body);

async function ids(part: Partial<RecordQuery>) {
  const list = await records().list("posts", queryOf(part), asService);
  return list.map((record) => (record as { id: number }).id);
}

/** The last request's path and query. */
function asked(): Record<string, string> {
  const { pathname, searchParams } = new URL(
    place.backend.asked.at(-1)?.url ?? "",
    place.backend.url,
  );
  return { path: pathname, ...Object.fromEntries(searchParams) };
}
