import { expect } from "chai";
import { lookOf } from "../../src/look.ts";
import { verdictText } from "../front/look.ts";
import { loaded, told, withSteps } from "./described.ts";

const GUARD =
  "{ type: pre-action, collection: articles, global: true, actions: [create, update, destroy] }";

/** A document of articles at paths of their own. */
const articles = (paths: string, server = "/") => `openapi: 3.1.0
info: { title: Blog, version: "1" }
servers: [{ url: "${server}" }]
paths:
  /v2/articles: { post: {} }
  /v2/articles/{slug}: { get: {}, patch: {} }
${paths}`;

/** The verdict on a request, with a document. */
async function seen(document: string, method: string, target: string): Promise<string> {
  const config = await loaded(withSteps(GUARD, "      []"), { "openapi.yaml": document });
  return verdictText(lookOf(config)(method, target));
}

describe("a guard of a collection whose paths a document tells", () => {
  const attacks: [attack: string, method: string, target: string, verdict: string][] = [
    ["PUT, where the document has PATCH", "PUT", "/v2/articles/a", "hooks articles update a"],
    ["DELETE, which it has not", "DELETE", "/v2/articles/a", "hooks articles destroy a"],
    ["an update of many", "PATCH", "/v2/articles", "hooks articles update"],
    ["a destroy of many", "DELETE", "/v2/articles/", "hooks articles destroy"],
    ["a word that may be a key", "DELETE", "/v2/articles/latest", "hooks articles destroy latest"],
    ["other letters", "POST", "/V2/Articles", "hooks articles create"],
    ["a format", "POST", "/v2/articles.json", "refuse BAD_PATH"],
    ["an empty segment", "POST", "/v2//articles", "refuse BAD_PATH"],
    ["an encoded slash", "POST", "/v2%2Farticles", "refuse BAD_PATH"],
    ["a path parameter", "POST", "/v2/articles;a", "refuse BAD_PATH"],
    ["a way up", "PATCH", "/x/../v2/articles/a", "refuse BAD_PATH"],
  ];
  for (const [attack, method, target, verdict] of attacks) {
    it(`is not passed by ${attack}`, async () => {
      const document = articles("  /v2/articles/latest: { get: {}, delete: {} }");
      expect((await seen(document, method, target)).split(" →")[0]).to.equal(verdict);
    });
  }

  it("knows its paths with the path of the document's server and without it", async () => {
    const document = articles("", "https://api.example.com/base");
    for (const target of ["/base/v2/articles/a", "/v2/articles/a"]) {
      expect(await seen(document, "PATCH", target)).to.equal(
        `hooks articles update a → PATCH ${target}`,
      );
    }
  });

  it("is not warned of a path that routes name", async () => {
    const routes =
      "routes: [{ method: PATCH, path: '/:tenant/articles/:key', collection: articles, action: update }]";
    const document = articles("  /{tenant}/articles/{id}: { patch: {} }");
    const text = withSteps(GUARD, "      []").replace("workflows:", `${routes}\nworkflows:`);
    expect(await told(text, { "openapi.yaml": document })).to.deep.equal([]);
  });

  for (const path of [
    "/{tenant}/articles/{id}",
    "/odata/articles({id})",
    "/articles/{id}:publish",
  ]) {
    it(`does not know ${path}, which is warned of`, async () => {
      const document = articles(`  ${path}: { get: {}, patch: {} }`);
      expect(await told(withSteps(GUARD, "      []"), { "openapi.yaml": document })).to.deep.equal([
        `warning gateway.yaml:5:46: workflows.w.trigger.collection: the document has the path "${path}", which is not known to be about "articles"; if it is, name it in routes`,
      ]);
    });
  }
});
