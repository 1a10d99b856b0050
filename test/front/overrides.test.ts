import { expect } from "chai";
import request from "supertest";
import { type TestGateway, startTestGateway } from "../support/gateway.ts";
import { lookOf, verdictText } from "./look.ts";

describe("a method override", () => {
  const look = lookOf({ guards: [["posts", "destroy"]] });

  for (const name of [
    "_method",
    "%5Fmethod",
    "_method[]",
    "[_method]",
    ".method",
    "_method%00",
    "X-HTTP-Method-Override",
  ]) {
    it(`in the query, as ${name}, never reaches a guarded collection`, () => {
      const target = `/posts/1?a=%7e&${name}=DELETE&b=+`;
      expect(verdictText(look("POST", target))).to.equal("rewrite POST /posts/1?a=%7e&b=+");
      expect(verdictText(look("PATCH", target))).to.equal("pass PATCH /posts/1?a=%7e&b=+");
      expect(verdictText(look("GET", target))).to.equal("pass GET /posts/1?a=%7e&b=+");
      expect(verdictText(look("POST", `/posts?${name}=DELETE`))).to.equal("rewrite POST /posts");
      expect(verdictText(look("DELETE", target))).to.equal(
        "hooks posts destroy 1 → DELETE /posts/1?a=%7e&b=+",
      );
    });
  }

  it("in the query stays where no guard is, and so does a parameter of a like name", () => {
    expect(verdictText(look("POST", "/notes/1?_method=DELETE"))).to.equal(
      "pass POST /notes/1?_method=DELETE",
    );
    expect(verdictText(look("GET", "/posts?method=a&_methods=b&pay_method=c"))).to.equal(
      "pass GET /posts?method=a&_methods=b&pay_method=c",
    );
  });

  it("at the path of a guarded route never reaches it", () => {
    const route = {
      method: "DELETE",
      path: "/v2/articles/:key",
      collection: "posts",
      action: "destroy",
    };
    const routed = lookOf({ routes: [route], guards: [["posts", "destroy"]] });
    for (const path of ["/v2/articles/7", "/V2/articles/7/"]) {
      expect(verdictText(routed("POST", `${path}?_method=DELETE`))).to.match(
        /^rewrite POST [^?]+$/,
      );
      expect(routed("PUT", path)).to.include({ withoutOverride: true });
    }
  });
});

describe("a method override on its way through a gateway", () => {
  let gateway: TestGateway;
  before(async () => (gateway = await startTestGateway(workflows)));
  beforeEach(() => void gateway.upstream.asked.splice(0));
  after(() => gateway.stop());

  const headersAsked = () =>
    gateway.upstream.asked.flatMap(({ headers }) => headers.map((text) => text.toLowerCase()));

  for (const name of [
    "X-HTTP-Method-Override",
    "x-http-method-override",
    "X-HTTP-Method",
    "X-Method-Override",
    "X_HTTP_Method_Override",
    "X-HTTP_Method-Override",
  ]) {
    it(`as the header ${name} is taken from what goes to a guarded collection`, async () => {
      for (const method of ["post", "put", "get", "options"] as const) {
        const asked = request(gateway.url)[method]("/posts/1").set(name, "DELETE");
        await asked.expect(200);
      }
      await request(gateway.url).post("/posts").set(name, "DELETE").send({ a: 1 }).expect(200);
      expect(gateway.upstream.lines()).to.deep.equal([
        "POST /posts/1",
        "PUT /posts/1",
        "GET /posts/1",
        "OPTIONS /posts/1",
        "POST /posts",
      ]);
      expect(headersAsked()).not.to.include(name.toLowerCase());
    });
  }

  it("as a header stays where no guard is", async () => {
    await request(gateway.url).post("/notes/1").set("X-HTTP-Method-Override", "PATCH").expect(200);
    expect(headersAsked()).to.include("x-http-method-override");
  });

  it("in a JSON body, as Parse takes it, is taken from what goes to a guarded collection", async () => {
    for (const path of ["/posts/1", "/posts"]) {
      await request(gateway.url).post(path).send({ _method: "DELETE", a: 1 }).expect(200);
    }
    const bodies = gateway.upstream.asked.map(({ body }) => JSON.parse(String(body)) as unknown);
    expect(bodies).to.deep.equal([{ a: 1 }, { a: 1 }]);
  });

  it("in a form, as Laravel and Rails take it, is taken from what goes to a guarded collection", async () => {
    await request(gateway.url).post("/posts/1").type("form").send("_method=DELETE&a=1").expect(200);
    await request(gateway.url)
      .post("/posts/1")
      .type("form")
      .send("a=1&%5fmethod=DELETE")
      .expect(200);
    expect(gateway.upstream.asked.map(({ body }) => String(body))).to.deep.equal(["a=1", "a=1"]);
  });

  it("does not change the action that a workflow sees", async () => {
    await request(gateway.url)
      .post("/posts?_method=DELETE")
      .set("X-HTTP-Method-Override", "DELETE")
      .send({ _method: "DELETE" });
    const [run] = await gateway.runs();
    expect(run).to.deep.nested.include({
      "trigger.action": "create",
      "trigger.params.values": {},
    });
  });
});

const workflows = `
identity: none
workflows:
  guard:
    trigger: { type: pre-action, collection: posts, global: true, actions: [create, destroy] }
    steps:
      - { type: condition, if: trigger.action != "destroy" }
`;
