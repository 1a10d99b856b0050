import { expect } from "chai";
import { lookOf, verdictText } from "./look.ts";

const guards = [["posts", "create", "update", "destroy"]] as const;

// What these servers are known to serve besides the plain path. json-server is asked itself, in json-server.test.ts.
describe("a spelling of a guarded collection", () => {
  describe("that Directus serves", () => {
    const look = lookOf({ api: "directus", guards });
    const cases: [what: string, method: string, target: string, verdict: string][] = [
      ["a letter encoded", "POST", "/items/%70osts", "hooks posts create → POST /items/posts"],
      ["in capitals", "POST", "/items/POSTS", "hooks posts create → POST /items/posts"],
      ["the prefix in capitals", "POST", "/ITEMS/posts", "hooks posts create → POST /items/posts"],
      [
        "a slash at the end",
        "PATCH",
        "/items/posts/1/",
        "hooks posts update 1 → PATCH /items/posts/1",
      ],
      ["a slash too many", "DELETE", "/items//posts/1", "refuse BAD_PATH"],
      ["a path with dots", "DELETE", "/items/x/../posts/1", "refuse BAD_PATH"],
      [
        "many records at once",
        "DELETE",
        "/items/posts",
        "hooks posts destroy → DELETE /items/posts",
      ],
    ];
    for (const [what, method, target, verdict] of cases) {
      it(`is guarded: ${what}`, () => expect(verdictText(look(method, target))).to.equal(verdict));
    }
  });

  describe("that Strapi serves", () => {
    const look = lookOf({ prefix: "/api", guards });
    const cases: [what: string, method: string, target: string, verdict: RegExp][] = [
      ["a letter encoded", "POST", "/api/%70osts", /^hooks posts create/],
      ["in capitals", "PUT", "/API/Posts/1", /^hooks posts update 1/],
      ["a slash at the end", "POST", "/api/posts/", /^hooks posts create/],
      ["a slash too many", "DELETE", "/api//posts/1", /^refuse BAD_PATH/],
      ["a path parameter", "DELETE", "/api/posts;x=1/1", /^refuse BAD_PATH/],
    ];
    for (const [what, method, target, verdict] of cases) {
      it(`is guarded: ${what}`, () => expect(verdictText(look(method, target))).to.match(verdict));
    }
  });

  describe("that Parse serves", () => {
    const look = lookOf({ prefix: "/parse/classes", guards });
    const cases: [what: string, method: string, target: string, verdict: RegExp][] = [
      ["a letter encoded", "POST", "/parse/classes/%70osts", /^hooks posts create/],
      ["a slash at the end", "PUT", "/parse/classes/posts/1/", /^hooks posts update 1/],
      ["a method in the query", "PUT", "/parse/classes/posts/1?_method=DELETE", /posts\/1$/],
      // Its clients send all as POST, with `_method` in the body, which is taken out of it.
      [
        "a POST to a record, whose body may name another method",
        "POST",
        "/parse/classes/posts/1",
        /^rewrite/,
      ],
    ];
    for (const [what, method, target, verdict] of cases) {
      it(`is guarded: ${what}`, () => expect(verdictText(look(method, target))).to.match(verdict));
    }
  });
});
