import { expect } from "chai";
import { translator } from "../../src/proxy/apis/translate.ts";
import { factsOf } from "../proxy/records/place.ts";
import { lookOf, verdictText } from "./look.ts";

describe("an upstream whose paths end with a slash, as Django's do", () => {
  // Those of docs/backends.md, "Django REST framework".
  const facts = factsOf("rest", {
    list: "GET /{collection}/",
    get: "GET /{collection}/{key}/",
    create: "POST /{collection}/",
    update: "PATCH /{collection}/{key}/",
    destroy: "DELETE /{collection}/{key}/",
  });
  const look = lookOf({
    guards: [["posts", "create", "update", "destroy"]],
    translate: translator(facts, () => "id"),
  });
  const cases: [method: string, target: string, verdict: string][] = [
    ["POST", "/posts/", "hooks posts create → POST /posts/"],
    ["POST", "/posts", "hooks posts create → POST /posts/"],
    ["PUT", "/posts/1/", "hooks posts update 1 → PUT /posts/1/"],
    ["PATCH", "/posts/1", "hooks posts update 1 → PATCH /posts/1/"],
    ["DELETE", "/posts/1/", "hooks posts destroy 1 → DELETE /posts/1/"],
    ["POST", "/posts:update/1", "hooks posts update 1 → PATCH /posts/1/"],
    ["GET", "/posts/1/?format=json", "pass GET /posts/1/?format=json"],
    ["GET", "/posts/a%20b/", "pass GET /posts/a%20b/"],
    ["DELETE", "/posts/a%20b/", "hooks posts destroy a b → DELETE /posts/a%20b/"],
    ["GET", "/notes/", "pass GET /notes/"],
    ["POST", "/notes:create", "pass POST /notes/"],
  ];
  for (const [method, target, verdict] of cases) {
    it(`is sent ${verdict.replace(/^.*(→|pass) /, "")} for ${method} ${target}`, () => {
      expect(verdictText(look(method, target))).to.equal(verdict);
    });
  }
});
