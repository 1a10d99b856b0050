import { expect } from "chai";
import type { Caller } from "../../../src/model/caller.ts";
import type { Json } from "../../../src/model/json.ts";
import { presets } from "../../../src/proxy/apis/index.ts";
import { connectUpstream } from "../../../src/proxy/upstream.ts";
import { startJsonServer } from "../../support/json-server.ts";
import { answerJson } from "../../support/upstream.ts";
import { asService, factsOf, failure, recordsPlace } from "./place.ts";

const place = recordsPlace();
const { records, serve } = place;

describe("a record is written to a rest upstream", () => {
  it("created by POST, and given as the upstream answers it", async () => {
    serve(201, { id: 7, title: "a", at: "now" });
    const made = await records().create("posts", { title: "a" }, asService);
    expect(made).to.deep.equal({ id: 7, title: "a", at: "now" });
    expect(sent()).to.deep.equal(["POST /posts", { title: "a" }]);
    expect(place.backend.asked[0]?.headers).to.include.members([
      "Content-Type",
      "application/json",
    ]);
  });

  it("updated by PATCH, as one path segment", async () => {
    serve(200, { id: "a/b", title: "b" });
    const made = await records().update("posts", "a/b ?", { title: "b" }, asService);
    expect(made).to.deep.equal({ id: "a/b", title: "b" });
    expect(sent()).to.deep.equal(["PATCH /posts/a%2Fb%20%3F", { title: "b" }]);
  });

  it("destroyed by DELETE, and given if the answer holds it", async () => {
    serve(200, { id: 1, title: "a" });
    expect(await records().destroy("posts", "1", asService)).to.deep.equal({ id: 1, title: "a" });
    expect(sent()).to.deep.equal(["DELETE /posts/1", null]);
  });

  it("updated by another method, where the configuration says so", async () => {
    const facts = factsOf("rest", { update: "PUT /{collection}/{key}" });
    serve(200, { id: 1 });
    await records({ facts }).update("posts", "1", {}, asService);
    expect(place.backend.lines()).to.deep.equal(["PUT /posts/1"]);
  });
});

describe("a record is written to a NocoBase upstream", () => {
  const facts = factsOf("nocobase");

  it("created by its own action, and found in `data`", async () => {
    serve(200, { data: { id: 7 } });
    expect(await records({ facts }).create("posts", { a: 1 }, asService)).to.deep.equal({ id: 7 });
    expect(sent()).to.deep.equal(["POST /api/posts:create", { a: 1 }]);
  });

  it("updated, where the answer's `data` is a list of one", async () => {
    serve(200, { data: [{ id: 7, a: 2 }] });
    const made = await records({ facts }).update("posts", "7&x", { a: 2 }, asService);
    expect(made).to.deep.equal({ id: 7, a: 2 });
    expect(sent()).to.deep.equal(["POST /api/posts:update?filterByTk=7%26x", { a: 2 }]);
  });

  it("destroyed, where the answer's `data` is a count", async () => {
    serve(200, { data: 1 });
    expect(await records({ facts }).destroy("posts", "7", asService)).to.deep.equal({ id: "7" });
    expect(sent()).to.deep.equal(["POST /api/posts:destroy?filterByTk=7", null]);
  });

  it("and errs with NO_RECORD where the answer is an empty list, or the count 0", async () => {
    serve(200, { data: [] });
    const changed = await failure(records({ facts }).update("posts", "9", { a: 2 }, asService));
    serve(200, { data: 0 });
    const gone = await failure(records({ facts }).destroy("posts", "9", asService));
    for (const error of [changed, gone]) {
      expect(error).to.include({ code: "NO_RECORD", retryable: false });
    }
  });
});

describe("a record is written to a Directus upstream", () => {
  const facts = factsOf("directus");

  it("below /items, and found in `data`", async () => {
    serve(200, { data: { id: 7, a: 2 } });
    expect(await records({ facts }).create("posts", { a: 2 }, asService)).to.have.property("id", 7);
    expect(await records({ facts }).update("posts", "7", { a: 2 }, asService)).to.have.property(
      "a",
    );
    place.answer = (_q, response) => response.writeHead(204).end();
    expect(await records({ facts }).destroy("posts", "7", asService)).to.deep.equal({ id: "7" });
    expect(place.backend.lines()).to.deep.equal([
      "POST /items/posts",
      "PATCH /items/posts/7",
      "DELETE /items/posts/7",
    ]);
  });
});

describe("a record whose write is answered without it", () => {
  for (const [title, body] of [
    ["nothing", null],
    ["an empty object", "{}"],
    ["a count", "1"],
    ["a word that is not JSON", "OK"],
  ] as const) {
    it(`is fetched after an update (${title})`, async () => {
      place.answer = (request, response) => {
        if (request.method === "GET") return answerJson(response, 200, { id: 1, a: 2, b: 3 });
        return body === null ? response.writeHead(204).end() : response.end(body);
      };
      const made = await records().update("posts", "1", { a: 2 }, asService);
      expect(made).to.deep.equal({ id: 1, a: 2, b: 3 });
      expect(place.backend.lines()).to.deep.equal(["PATCH /posts/1", "GET /posts/1"]);
    });
  }

  it("is the values after an update where it can't be read", async () => {
    place.answer = (request, response) =>
      response.writeHead(request.method === "GET" ? 403 : 204).end();
    expect(await records().update("posts", "1", { a: 2 }, asService)).to.deep.equal({ a: 2 });
  });

  it("is the values after a create", async () => {
    place.answer = (_q, response) => response.writeHead(201).end();
    expect(await records().create("posts", { a: 2 }, asService)).to.deep.equal({ a: 2 });
  });

  it("is its key after a destroy, a number where it was given as one", async () => {
    serve(200, {});
    expect(await records().destroy("posts", 1, asService)).to.deep.equal({ id: 1 });
    expect(await records().destroy("posts", "1", asService)).to.deep.equal({ id: "1" });
  });

  it("is its key after a destroy, by the name of the collection's own primary key", async () => {
    serve(200, { ok: true });
    const collections = { posts: { primaryKey: "uid", associations: {} } };
    const gone = await records({ collections }).destroy("posts", "1", asService);
    expect(gone).to.deep.equal({ uid: "1" });
  });
});

describe("a write of a record", () => {
  it("carries the idempotency key, and the service's headers or the caller's credentials", async () => {
    const store = records({ serviceHeaders: { Authorization: "Bearer service" } });
    const headers = { "Idempotency-Key": "run-1:pay" };
    const caller: Caller = {
      user: null,
      roleName: null,
      credentials: { Authorization: "Bearer caller", "X-Role": "admin" },
    };
    serve(200, { id: 1 });
    await store.create("posts", {}, { ...asService, headers });
    await store.update("posts", "1", {}, { ...asService, headers, caller });
    await store.destroy("posts", "1", { ...asService, headers, caller });
    for (const { headers: pairs } of place.backend.asked) {
      expect(pairs).to.include.members(["Idempotency-Key", "run-1:pay"]);
    }
    const [service, ...asCaller] = place.backend.asked.map(({ headers: pairs }) => pairs);
    expect(service).to.include("Bearer service").and.not.include("Bearer caller");
    for (const pairs of asCaller) {
      expect(pairs).to.include.members(["Bearer caller", "X-Role", "admin"]);
      expect(pairs).to.not.include("Bearer service");
    }
  });

  it("that is not there errs: NO_RECORD", async () => {
    serve(404, {});
    const changed = await failure(records().update("posts", "9", {}, asService));
    const gone = await failure(records().destroy("posts", "9", asService));
    for (const error of [changed, gone]) {
      expect(error).to.include({ code: "NO_RECORD", retryable: false });
      expect(error.message).to.equal("There is no record 9 of posts");
    }
  });

  it("into a collection that is not there errs: UPSTREAM_FAILED", async () => {
    serve(404, {});
    const error = await failure(records().create("nosuch", {}, asService));
    expect(error).to.include({ code: "UPSTREAM_FAILED", retryable: false });
  });

  describe("that the upstream refuses errs, and says whether to try again, with the status", () => {
    const cases: [status: number, retryable: boolean][] = [
      [401, false],
      [403, false],
      [409, false],
      [422, false],
      [429, true],
      [503, true],
    ];
    for (const [status, retryable] of cases) {
      it(String(status), async () => {
        serve(status, { secret: "s3cret" });
        const error = await failure(records().create("posts", {}, asService));
        expect(error).to.include({ code: "UPSTREAM_FAILED", retryable });
        expect(error.message).to.equal(`POST posts was answered ${status} by the upstream`);
      });
    }
  });

  it("is sent once, and never again by itself when its connection breaks", async () => {
    place.answer = (request) => request.socket.destroy();
    const error = await failure(records().create("posts", {}, asService));
    expect(error).to.include({ code: "UPSTREAM_UNREACHABLE", retryable: true });
    expect(place.backend.lines()).to.deep.equal(["POST /posts"]);
  });

  it("ends at once when it is aborted", async () => {
    const abort = new AbortController();
    place.answer = () => abort.abort(new Error("enough"));
    const call = records().update("posts", "1", {}, { ...asService, signal: abort.signal });
    const error: unknown = await call.catch((reason: unknown) => reason);
    expect(error).to.have.property("message", "enough");
  });
});

describe("an attacker whose text becomes the key of a write", () => {
  for (const text of ["", ".", "..", "\ud800"]) {
    it(`can't write the whole collection by ${JSON.stringify(text)}`, async () => {
      for (const facts of presets.values()) {
        const store = records({ facts });
        expect((await failure(store.update("posts", text, {}, asService))).code).to.equal(
          "BAD_KEY",
        );
        expect((await failure(store.destroy("posts", text, asService))).code).to.equal("BAD_KEY");
        expect((await failure(store.create(text, {}, asService))).code).to.equal("BAD_COLLECTION");
      }
      expect(place.backend.lines()).to.deep.equal([]);
    });
  }

  it("can't name an action in place of a collection, nor another parameter", async () => {
    serve(200, { data: 1 });
    const store = records({ facts: factsOf("nocobase") });
    await store.destroy("posts:update?x=", "1&filter={}", asService);
    expect(place.backend.lines()).to.deep.equal([
      "POST /api/posts%3Aupdate%3Fx%3D:destroy?filterByTk=1%26filter%3D%7B%7D",
    ]);
  });

  it("can't destroy all where the configured request has no place for a key", async () => {
    const facts = factsOf("rest", { destroy: "DELETE /{collection}" });
    const error = await failure(records({ facts }).destroy("posts", "1", asService));
    expect(error).to.include({ code: "NO_REQUEST", retryable: false });
    expect(place.backend.lines()).to.deep.equal([]);
  });
});

describe("the key of a record", () => {
  it("is the text of its primary key's field", () => {
    const collections = { tags: { primaryKey: "name", associations: {} } };
    const { keyOf } = records({ collections });
    expect(keyOf("posts", { id: 7 })).to.equal("7");
    expect(keyOf("posts", { id: "a" })).to.equal("a");
    expect(keyOf("tags", { id: 7, name: "x" })).to.equal("x");
  });

  it("is null where that field is missing or is not a key", () => {
    const { keyOf } = records();
    const without: Json[] = [{}, { id: null }, { id: "" }, { id: {} }, { id: true }, null, [], "7"];
    expect(without.map((record) => keyOf("posts", record))).to.deep.equal(without.map(() => null));
  });
});

describe("json-server's records", () => {
  it("are created, updated and destroyed", async () => {
    const server = await startJsonServer({ posts: [{ id: 1, title: "a", draft: true }] });
    const connection = connectUpstream({ url: server.url, timeout: 30_000 });
    try {
      const store = records({ upstream: connection });
      expect(await store.create("posts", { title: "b" }, asService)).to.deep.equal({
        title: "b",
        id: 2,
      });
      const whole = { id: 1, title: "c", draft: true };
      expect(await store.update("posts", "1", { title: "c" }, asService)).to.deep.equal(whole);
      expect(await store.destroy("posts", "1", asService)).to.deep.equal({ id: "1" });
      expect(await store.get("posts", "1", [], asService)).to.equal(null);
      const again = await failure(store.destroy("posts", "1", asService));
      expect(again).to.have.property("code", "NO_RECORD");
      expect(await failure(store.update("posts", "1", {}, asService))).to.have.property(
        "code",
        "NO_RECORD",
      );
    } finally {
      await connection.close(1_000);
      await server.stop();
    }
  });
});

/** The last request's line and body. */
function sent(): [line: string, body: Json] {
  const text = place.backend.asked.at(-1)?.body.toString() ?? "";
  return [place.backend.lines().at(-1) ?? "", text === "" ? null : (JSON.parse(text) as Json)];
}
