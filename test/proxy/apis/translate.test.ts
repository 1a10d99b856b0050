import { expect } from "chai";
import type { Action } from "../../../src/model/action.ts";
import { GatewayError } from "../../../src/model/errors.ts";
import type { ApiFacts } from "../../../src/model/upstream-api.ts";
import { presets } from "../../../src/proxy/apis/index.ts";
import { translator } from "../../../src/proxy/apis/translate.ts";

const post = { collection: "posts", key: "1", association: "comments" };

describe("a request in either URL form", () => {
  describe("with a rest upstream", () => {
    const cases: Case[] = [
      [{ name: "create" }, "POST", "", "POST /posts"],
      [{ name: "update", keys: ["1"] }, "POST", "", "PATCH /posts/1"],
      [{ name: "destroy", keys: ["1"] }, "POST", "filterByTk=1", "DELETE /posts/1"],
      [{ name: "list" }, "POST", "page=2", "GET /posts?page=2"],
      [{ name: "get", keys: ["1"] }, "GET", "", "GET /posts/1"],
      [{ name: "get", keys: ["1"] }, "HEAD", "", "HEAD /posts/1"],
      [{ name: "update", keys: ["a b;c"] }, "POST", "", "PATCH /posts/a%20b%3Bc"],
      [{ name: "create", parent: post }, "POST", "", "POST /posts/1/comments"],
      [{ name: "destroy", parent: post, keys: ["7"] }, "POST", "", "DELETE /posts/1/comments/7"],
      [{ name: "destroy" }, "POST", "filter=%7B%7D", "DELETE /posts?filter=%7B%7D"],
    ];
    sentences("rest", cases);

    it("keeps its PUT or PATCH when it came in REST form", () => {
      expect(line("rest", { name: "update", keys: ["1"], form: "rest" }, "PUT")).to.equal(
        "PUT /posts/1",
      );
      expect(line("rest", { name: "update", keys: ["1"], form: "rest" }, "PATCH")).to.equal(
        "PATCH /posts/1",
      );
    });

    it("keeps its line when it is a bulk request without keys", () => {
      expect(line("rest", { name: "destroy", form: "rest" }, "DELETE")).to.equal("DELETE /posts");
      expect(line("rest", { name: "update", form: "rest" }, "PUT", "a=%20+b")).to.equal(
        "PUT /posts?a=%20+b",
      );
    });

    it("keeps the rest of its query byte for byte", () => {
      const query = "a=%zz+%20&filterByTk=1&b[]=é&&c";
      expect(line("rest", { name: "update", keys: ["1"] }, "POST", query)).to.equal(
        "PATCH /posts/1?a=%zz+%20&b[]=é&&c",
      );
    });

    it("keeps filterByTk where the action does not use it", () => {
      expect(
        line("rest", { name: "list", keys: ["1"], form: "rest" }, "GET", "filterByTk=1"),
      ).to.equal("GET /posts?filterByTk=1");
    });

    it("has the configured method in the action form, and the client's own in REST form", () => {
      const puts = { ...facts("rest"), update: "PUT /{collection}/{key}" };
      expect(line(puts, { name: "update", keys: ["1"] }, "POST")).to.equal("PUT /posts/1");
      expect(line(puts, { name: "update", keys: ["1"], form: "rest" }, "PATCH")).to.equal(
        "PATCH /posts/1",
      );
    });

    it("is forwarded by a configured template with another path", () => {
      const own = { ...facts("rest"), update: "POST /v2/{collection}/{key}/edit" };
      expect(line(own, { name: "update", keys: ["1"], form: "rest" }, "PATCH", "a=1")).to.equal(
        "POST /v2/posts/1/edit?a=1",
      );
      expect(refusal(own, { name: "update" }, "PATCH").code).to.equal("NOT_TRANSLATABLE");
    });
  });

  describe("with a NocoBase upstream", () => {
    sentences("nocobase", [
      [{ name: "create", form: "rest" }, "POST", "", "POST /api/posts:create"],
      [
        { name: "update", keys: ["1"], form: "rest" },
        "PATCH",
        "",
        "POST /api/posts:update?filterByTk=1",
      ],
      [
        { name: "update", keys: ["1"] },
        "POST",
        "a=1&filterByTk=1",
        "POST /api/posts:update?filterByTk=1&a=1",
      ],
      [
        { name: "destroy", keys: ["1", "2"] },
        "POST",
        "filterByTk=[1,2]",
        "POST /api/posts:destroy?filterByTk[]=1&filterByTk[]=2",
      ],
      [{ name: "destroy" }, "POST", "filter=%7B%7D", "POST /api/posts:destroy?filter=%7B%7D"],
      [{ name: "get" }, "GET", "filter=%7B%7D", "GET /api/posts:get?filter=%7B%7D"],
      [{ name: "list", form: "rest" }, "HEAD", "", "HEAD /api/posts:list"],
      [
        { name: "updateOrCreate" },
        "POST",
        "filterKeys[]=a",
        "POST /api/posts:updateOrCreate?filterKeys[]=a",
      ],
      [{ name: "get", keys: ["a&b/c"] }, "GET", "", "GET /api/posts:get?filterByTk=a%26b%2Fc"],
      [
        { name: "create", parent: post, form: "rest" },
        "POST",
        "",
        "POST /api/posts/1/comments:create",
      ],
    ]);
  });

  describe("with a Directus upstream", () => {
    sentences("directus", [
      [{ name: "create" }, "POST", "", "POST /items/posts"],
      [{ name: "update", keys: ["1"] }, "POST", "", "PATCH /items/posts/1"],
      [
        { name: "destroy", keys: ["1", "2"] },
        "POST",
        "filterByTk=[1,2]",
        "DELETE /items/posts keys",
      ],
      [{ name: "update", keys: ["1", "2"] }, "POST", "x=1", "PATCH /items/posts?x=1 keys-and-data"],
      [{ name: "update", form: "rest" }, "PATCH", "", "PATCH /items/posts"],
    ]);
  });

  it("is forwarded as it is when its action is the upstream's own", () => {
    expect(line("rest", { name: "publish", keys: ["1"] }, "POST")).to.equal(
      "POST /posts:publish/1",
    );
    expect(line("rest", { name: "publish", keys: ["1"] }, "POST", "filterByTk=1")).to.equal(
      "POST /posts:publish?filterByTk=1",
    );
    // A fact's name is not an action.
    expect(line("nocobase", { name: "record" }, "GET")).to.equal("GET /api/posts:record");
  });

  it("is 400 when no single request has its meaning, and the error says what would work", () => {
    const several = refusal("rest", { name: "destroy", keys: ["1", "2"] }, "POST");
    expect(several.code).to.equal("NOT_TRANSLATABLE");
    expect(several.message).to.match(/several records.*one request a key/);
    expect(refusal("rest", { name: "updateOrCreate" }, "POST").code).to.equal("NOT_TRANSLATABLE");
    expect(refusal("directus", { name: "updateOrCreate" }, "POST").code).to.equal(
      "NOT_TRANSLATABLE",
    );
    expect(refusal("rest", { name: "get" }, "GET").message).to.match(/needs a key/);
    expect(refusal("directus", { name: "get", keys: ["1", "2"] }, "GET").code).to.equal(
      "NOT_TRANSLATABLE",
    );
  });
});

describe("an attacker who plays with URL forms", () => {
  for (const method of ["GET", "HEAD"]) {
    it(`can't make a ${method}, as an image or a link sends it, into a write`, () => {
      for (const name of ["create", "update", "destroy"]) {
        const { code, headers } = refusal("rest", { name, keys: ["1"] }, method);
        expect(code).to.equal("METHOD_NOT_ALLOWED");
        expect(headers).to.deep.equal({ Allow: "POST" });
      }
    });
  }

  it("can't leave the collection by a key of dots or slashes", () => {
    for (const key of ["..", ".", "", "../users/1", "..\\users", "1\0", "\ud800"]) {
      expect(refusal("rest", { name: "destroy", keys: [key] }, "POST").code).to.equal("BAD_PATH");
    }
  });

  it("can't destroy a whole collection by a key that is not valid", () => {
    for (const query of ["filterByTk=", "filterByTk=[]", "filterByTk[a]=1", "%66ilterByTk"]) {
      const action = { name: "destroy", keys: [] };
      expect(refusal("rest", action, "POST", query).code).to.equal("BAD_QUERY");
      expect(refusal("directus", { ...action, form: "rest" }, "DELETE", query).code).to.equal(
        "BAD_QUERY",
      );
      // An upstream that speaks filterByTk itself judges it itself.
      expect(line("nocobase", action, "POST", query)).to.equal(`POST /api/posts:destroy?${query}`);
    }
  });
});

type Case = [action: Partial<Action>, method: string, query: string, line: string];

function sentences(preset: string, cases: Case[]): void {
  for (const [action, method, query, expected] of cases) {
    const sent = [action.form ?? "action", action.name, ...(action.keys ?? [])].join(" ");
    it(`is forwarded as ${expected} when it is ${[sent, query].join(" ").trim()} by ${method}`, () => {
      expect(line(preset, action, method, query)).to.equal(expected);
    });
  }
}

const facts = (preset: string) => presets.get(preset)!;

function line(api: string | ApiFacts, action: Partial<Action>, method: string, query = ""): string {
  const table = typeof api === "string" ? facts(api) : api;
  const translate = translator(table, () => table.primaryKey);
  const given: Action = {
    collection: "posts",
    name: "list",
    keys: [],
    filterByTk: null,
    parent: null,
    form: "action",
    ...action,
  };
  const { bulk, ...rest } = translate(given, method, query);
  return [rest.method, rest.path, ...(bulk ? [bulk] : [])].join(" ");
}

function refusal(
  api: string | ApiFacts,
  action: Partial<Action>,
  method: string,
  query = "",
): GatewayError {
  try {
    line(api, action, method, query);
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  throw new Error("was translated");
}
