import { expect } from "chai";
import { presets } from "../../src/proxy/apis/index.ts";
import { lookOf, verdictText } from "./look.ts";

describe("a GET or HEAD", () => {
  const look = lookOf({ api: "nocobase", guards: [["posts", "create", "update", "destroy"]] });

  for (const method of ["GET", "HEAD"]) {
    for (const action of ["create", "update", "updateOrCreate", "destroy", "trigger"]) {
      it(`is 405 as ${method} on :${action} that a workflow is to run on, and the answer allows POST`, () => {
        const verdict = look(method, `/api/notes:${action}/1?triggerWorkflows=a`);
        expect(verdictText(verdict)).to.equal("refuse METHOD_NOT_ALLOWED");
        expect(verdict.way === "refuse" && verdict.error.headers).to.deep.equal({ Allow: "POST" });
      });
    }

    it(`is 405 as ${method} on a guarded action, however that is spelt`, () => {
      for (const path of [
        "posts:create",
        "posts%3Acreate",
        "POSTS:CREATE",
        "users/1/posts:create",
      ]) {
        expect(verdictText(look(method, `/api/${path}`))).to.equal("refuse METHOD_NOT_ALLOWED");
      }
    });

    it(`is not 405 as ${method} on an action of another name, which need not write`, () => {
      expect(verdictText(look(method, "/api/posts:publish?triggerWorkflows=a"))).to.match(/^hooks/);
      expect(verdictText(look(method, "/api/posts:list?triggerWorkflows=a"))).to.match(/^hooks/);
    });
  }

  it("never becomes a write at the upstream, with workflows or without", () => {
    for (const [api, { prefix, form }] of presets) {
      for (const action of ["create", "update/1", "destroy/1"]) {
        const path = `${prefix === "/" ? "" : prefix}/notes:${action}`;
        // An upstream that reads actions itself: without a workflow this is its own business.
        const expected = form === "action" ? /^pass GET/ : /^refuse METHOD_NOT_ALLOWED/;
        expect(verdictText(lookOf({ api })("GET", path)), api).to.match(expected);
      }
    }
  });

  it("is forwarded as HEAD when it came as HEAD", () => {
    const spoken = lookOf({ guards: [["posts", "get", "list"]] });
    expect(verdictText(spoken("HEAD", "/posts:get/1"))).to.equal(
      "hooks posts get 1 → HEAD /posts/1",
    );
    expect(verdictText(lookOf()("HEAD", "/posts:list"))).to.equal("pass HEAD /posts");
  });
});

describe("a trigger request", () => {
  const look = lookOf({ prefix: "/api" });

  it("is a POST; any other method is 405", () => {
    expect(verdictText(look("POST", "/api/samples:trigger/1"))).to.equal(
      "hooks samples trigger 1 → nothing",
    );
    for (const method of ["GET", "HEAD", "PUT", "PATCH", "DELETE", "PROPFIND"]) {
      expect(verdictText(look(method, "/api/samples:trigger/1"))).to.equal(
        "refuse METHOD_NOT_ALLOWED",
      );
    }
  });

  it("of a webhook is looked up by any method, so that an unknown webhook is 404 rather than 405", () => {
    for (const method of ["POST", "GET", "HEAD", "PUT", "PATCH", "DELETE"]) {
      for (const path of ["/api/webhook:trigger/pay", "/api/WebHook:Trigger/pay/"]) {
        expect(verdictText(look(method, path))).to.equal("hooks webhook trigger pay → nothing");
      }
    }
  });

  it("to a collection named webhook below a record is an ordinary custom action", () => {
    expect(verdictText(look("GET", "/api/users/1/webhook:trigger"))).to.equal(
      "refuse METHOD_NOT_ALLOWED",
    );
  });

  it("outside the prefix goes on to the site as it came", () => {
    expect(verdictText(look("POST", "/webhook:trigger/pay"))).to.equal("web");
  });
});

describe("OPTIONS", () => {
  const look = lookOf({ prefix: "/api", guards: [["posts", "create", "list", "trigger"]] });

  it("passes through as it came, on every path", () => {
    const paths = [
      "posts",
      "posts:create?a=1",
      "posts:trigger",
      "/posts",
      "x/../posts",
      "posts%2F1",
    ];
    for (const path of [...paths, "posts?triggerWorkflows=a&_method=POST", "webhook:trigger/a"]) {
      expect(verdictText(look("OPTIONS", `/api/${path}`))).to.equal(`pass OPTIONS /api/${path}`);
    }
    expect(verdictText(look("OPTIONS", "/site"))).to.equal("web");
  });

  it("is forwarded without its method override", () => {
    expect(look("OPTIONS", "/api/posts/1")).to.include({ withoutOverride: true });
  });
});
