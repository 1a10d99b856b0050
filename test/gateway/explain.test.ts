import { expect } from "chai";
import { asyncProperty, constantFrom, subarray } from "fast-check";
import { readConfig } from "../../src/configuration.ts";
import { explanation } from "../../src/explanation.ts";
import type { Config } from "../../src/model/config.ts";
import type { Explanation } from "../../src/model/explanation.ts";
import { type TestGateway, startTestGateway } from "../support/gateway.ts";
import { itHolds } from "../support/property.ts";
import { answerJson } from "../support/upstream.ts";

describe("The explanation of a request", () => {
  let gateway: TestGateway;
  let config: Config;
  before(async () => {
    gateway = await startTestGateway(workflows, {
      answer: (_request, response) => answerJson(response, 201, { id: 7 }),
    });
    config = await readConfig(gateway.file, {});
  });
  after(() => gateway.stop());

  const explain = (method: string, path: string, roleName: string | null = null): Explanation =>
    explanation(config, { method, path, roleName });

  it("names its workflows in the order in which they run, and the request that is forwarded", () => {
    const found = explain("POST", "/posts:create?triggerWorkflows=queued,named&x=1");
    expect(found.action).to.deep.include({ collection: "posts", name: "create", keys: [] });
    expect(found.runs.map(({ workflow, place, sync }) => [workflow, place, sync])).to.deep.equal([
      ["named", "before", true],
      ["guard", "before", true],
      ["waited", "after", true],
      ["queued", "after", false],
    ]);
    expect(found.forwarded).to.deep.equal({ method: "POST", path: "/posts?x=1" });
  });

  it("says why each other workflow does not run", () => {
    expect(why(explain("POST", "/posts:create?triggerWorkflows=gaurd,off,comment"))).to.deep.equal({
      gaurd: 'is named, and is unknown: there is no such workflow; did you mean "guard"?',
      off: "is named, and is disabled",
      comment: "is named, and is bound to another collection",
      named: "is not named: ?triggerWorkflows=named",
      queued: "is not named: ?triggerWorkflows=queued",
      custom: "is not bound to this action; it runs on POST posts:trigger?triggerWorkflows=custom",
      hook: "is not for actions: it runs on POST webhook:trigger/hook",
      sub: "is not for actions: it runs by a subflow step of another workflow",
    });
  });

  it("reads the action of a request that concerns no workflow", () => {
    const { way, action, forwarded } = explain("GET", "/users/4/comments/9");
    expect([way, forwarded?.path]).to.deep.equal(["passed", "/users/4/comments/9"]);
    expect(action).to.deep.include({
      collection: "comments",
      name: "get",
      keys: ["9"],
      parent: { collection: "users", key: "4", association: "comments" },
    });
  });

  it("says which role a workflow that is named is for", () => {
    const path = "/posts:trigger/1?triggerWorkflows=custom";
    const nobody = explain("POST", path);
    expect(nobody.refused).to.include({ status: 403, code: "WORKFLOW_FORBIDDEN" });
    expect(why(nobody)["custom"]).to.equal("is named, and is not for this role; it is for editor");
    expect(explain("POST", path, "editor")).to.deep.include({
      way: "custom-action",
      refused: null,
    });
  });

  for (const [method, path, status, code] of [
    ["GET", "/posts:create", 405, "METHOD_NOT_ALLOWED"],
    ["GET", "/posts/..%2fusers", 400, "BAD_PATH"],
    ["POST", "/posts:trigger/1", 400, "TRIGGER_WORKFLOWS_REQUIRED"],
    ["POST", "/posts:trigger/1?triggerWorkflows=nothing", 404, "WORKFLOW_NOT_FOUND"],
    ["POST", "/webhook:trigger/nothing", 404, "WORKFLOW_NOT_FOUND"],
    ["PUT", "/webhook:trigger/hook", 405, "METHOD_NOT_ALLOWED"],
    ["GET", "/shut/it", 403, "CLOSED"],
  ] as const) {
    it(`tells what the gateway answers to ${method} ${path}: ${code}`, async () => {
      const { refused, runs, forwarded } = explain(method, path);
      expect(refused).to.include({ status, code });
      expect([runs, forwarded]).to.deep.equal([[], null]);
      const answer = await fetch(gateway.url + path, { method });
      expect([answer.status, ((await answer.json()) as Errors).errors[0]?.code]).to.deep.equal([
        status,
        code,
      ]);
    });
  }

  itHolds(
    "names the workflows that the gateway runs, in their order",
    asyncProperty(
      constantFrom("POST", "GET", "PATCH", "DELETE"),
      constantFrom(
        "/posts",
        "/posts:create",
        "/posts/1",
        "/POSTS",
        "/comments",
        "/posts:update/1",
        "/webhook:trigger/hook",
        "/other",
      ),
      subarray(["guard", "named", "waited", "queued", "off", "comment", "custom", "nothing"]),
      async (method, path, keys) => {
        const target = `${path}?triggerWorkflows=${keys.join(",")}`;
        const { runs, refused } = explain(method, target);
        const answer = await fetch(gateway.url + target, {
          method,
          ...(method === "GET"
            ? {}
            : { body: "{}", headers: { "content-type": "application/json" } }),
        });
        const ran = answer.headers.get("workflow-runs") ?? "";
        const keysOf = [...ran.matchAll(/"([^"]+)";id=/g)].map(([, key]) => key);
        expect(keysOf, `${method} ${target}: ${ran}`).to.deep.equal(
          runs.map(({ workflow }) => workflow),
        );
        if (refused !== null) expect(answer.status).to.equal(refused.status);
      },
    ),
    { runs: 40 },
  );
});

const why = (explained: Explanation) =>
  Object.fromEntries(explained.others.map((other) => [other.workflow, other.why]));

interface Errors {
  readonly errors: readonly { readonly code: string }[];
}

const workflows = `
identity: none
closed: [/shut/*all]
workflows:
  guard: { trigger: { type: pre-action, collection: posts, global: true, actions: [create] }, steps: [] }
  named: { trigger: { type: pre-action, collection: posts }, steps: [] }
  off: { enabled: false, trigger: { type: pre-action, collection: posts }, steps: [] }
  queued: { trigger: { type: post-action, collection: posts }, steps: [] }
  waited: { trigger: { type: post-action, collection: posts, global: true, actions: [create], sync: true }, steps: [] }
  comment: { trigger: { type: pre-action, collection: comments }, steps: [] }
  custom: { trigger: { type: custom-action, collection: posts, context: record, roles: [editor], sync: true }, steps: [] }
  hook: { trigger: { type: webhook, sync: true }, steps: [] }
  sub: { trigger: { type: subflow }, steps: [] }
`;
