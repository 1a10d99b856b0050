import { expect } from "chai";
import request from "supertest";
import { onBothStores } from "../support/both-stores.ts";
import { type TestGateway, startTestGateway } from "../support/gateway.ts";
import { type Answer, answerJson } from "../support/upstream.ts";

onBothStores("a pre-action workflow", () => {
  let gateway: TestGateway;
  before(async () => (gateway = await startTestGateway(workflows, { answer: store })));
  beforeEach(() => void gateway.upstream.asked.splice(0));
  after(() => gateway.stop());

  const post = (path: string, body: object = { title: "A good title" }) =>
    request(gateway.url).post(path).send(body);

  describe("that is global", () => {
    for (const path of [
      "/posts",
      "/posts/",
      "/posts:create",
      "/posts%3Acreate",
      "/%70osts",
      "/POSTS",
    ]) {
      it(`guards POST ${path}`, async () => {
        await post(path, { title: "ab" }).expect(400, {
          errors: [{ message: "'ab' is too short" }],
        });
        expect(gateway.upstream.asked).to.deep.equal([]);
      });
    }

    it("lets a request pass that it does not refuse, and the answer says that it ran", async () => {
      const answer = await post("/posts").expect(201);
      expect(answer.headers["workflow-runs"]).to.match(
        /^"short-titles";id="[0-9a-f-]{36}";status=succeeded$/,
      );
      expect(answer.headers["workflow-action"]).to.equal("performed");
      expect(gateway.upstream.lines()).to.deep.equal(["POST /posts"]);
    });

    it("looks at updates as well, with the key of the record", async () => {
      await request(gateway.url).patch("/posts/7").send({ title: "x" }).expect(400);
      const [run] = await gateway.runs();
      expect(run).to.have.nested.property("trigger.params.filterByTk", "7");
      expect(run).to.have.nested.property("trigger.action", "update");
    });

    it("does not look at actions it is not bound to", async () => {
      const answer = await request(gateway.url).get("/posts/7").expect(200);
      expect(answer.headers).not.to.have.property("workflow-runs");
    });
  });

  describe("that is local", () => {
    it("runs only when a request names it", async () => {
      const answer = await post("/notes").expect(201);
      expect(answer.headers).not.to.have.property("workflow-runs");
    });

    it("runs in the order in which it is named, once, before global ones", async () => {
      const answer = await post("/posts?triggerWorkflows=greet,%20bye,greet,").expect(201);
      const order = [...String(answer.headers["workflow-runs"]).matchAll(/"([a-z-]+)";id/g)];
      expect(order.map(([, key]) => key)).to.deep.equal(["greet", "bye", "short-titles"]);
      expect(JSON.parse(String(answer.headers["workflow-messages"]))).to.deep.equal([
        { message: "Hello" },
        { message: "Grüße" },
      ]);
      expect(answer.headers["workflow-messages"]).to.match(/^[\x20-\x7e]+$/);
    });

    it("is named without a trace in the forwarded URL, the rest of which stays as it was", async () => {
      await post("/posts?a=%7e1&triggerWorkflows=greet&b=x+y&triggerWorkflows=bye").expect(201);
      expect(gateway.upstream.lines()).to.deep.equal(["POST /posts?a=%7e1&b=x+y"]);
    });

    it("is skipped for the first reason that holds, and the answer names it", async () => {
      const answer = await post(
        "/posts?triggerWorkflows=nosuch,off,for-notes,on-destroy,admins,ü",
      ).expect(201);
      expect(answer.headers["workflow-skipped"]).to.equal(
        '"nosuch";reason=unknown, "off";reason=disabled, "for-notes";reason=collection, ' +
          '"on-destroy";reason=action, "admins";reason=role, %"%c3%bc";reason=unknown',
      );
    });
  });

  it("that was skipped is reported with an error too", async () => {
    const sent = request(gateway.url).post("/posts?triggerWorkflows=nosuch");
    const answer = await sent.set("Content-Type", "application/json").send("{").expect(400);
    expect(answer.body.errors[0].code).to.equal("BAD_JSON");
    expect(answer.headers["workflow-skipped"]).to.equal('"nosuch";reason=unknown');
    expect(answer.headers["workflow-action"]).to.equal("intercepted");
  });

  describe("answers", () => {
    it("200 with the messages when it ends as succeeded, and nothing is forwarded", async () => {
      const answer = await post("/posts?triggerWorkflows=greet,done").expect(200);
      expect(answer.body).to.deep.equal({ messages: [{ message: "Hello" }, { message: "Done" }] });
      expect(answer.headers["workflow-action"]).to.equal("intercepted");
      expect(gateway.upstream.asked).to.deep.equal([]);
    });

    it("200 {} when it ends as succeeded without a message", () =>
      post("/posts?triggerWorkflows=silent").expect(200, {}));

    it("400 that names it when it refuses without a message", async () => {
      const { body } = await post("/posts?triggerWorkflows=refuse").expect(400);
      expect(body.errors).to.have.length(1);
      expect(body.errors[0].message).to.contain("refuse");
      expect(body.errors[0]).not.to.have.property("code");
    });

    it("the same 400 when a condition without branches is false", async () => {
      const { body } = await post("/posts?triggerWorkflows=only-if").expect(400);
      expect(body.errors[0].message).to.contain("only-if");
      const [run] = await gateway.runs();
      expect(run).to.include({ workflow: "only-if", status: "failed" });
    });

    it("400 with the messages so far, each an error", () =>
      post("/posts?triggerWorkflows=greet,refuse-loudly").expect(400, {
        errors: [{ message: "Hello" }, { message: "No" }, { message: "Never" }],
      }));

    it("what its response step says: status, headers, body", async () => {
      const answer = await post("/posts?triggerWorkflows=respond").expect(418, { tea: 2 });
      expect(answer.headers["x-tea"]).to.equal("yes");
      const [run] = await gateway.runs();
      expect(run).to.include({ workflow: "respond", status: "succeeded" });
    });

    it("500 with the messages so far when a step errs, and nothing is forwarded", async () => {
      const { body } = await post("/posts?triggerWorkflows=greet,err").expect(500);
      expect(body.errors).to.have.length(2);
      expect(body.errors[0]).to.deep.equal({ message: "Hello" });
      expect(body.errors[1]).to.have.property("code", "WORKFLOW_ERROR");
      expect(gateway.upstream.asked).to.deep.equal([]);
    });

    it("500 when it takes longer than its timeout", async () => {
      const { body } = await post("/posts?triggerWorkflows=slow").expect(500);
      expect(body.errors[0]).to.have.property("code", "WORKFLOW_ERROR");
      const [run] = await gateway.runs();
      expect(run).to.include({ workflow: "slow", status: "timed-out" });
    });

    it("what the first that stops says, and those after it do not run", async () => {
      const answer = await post("/posts?triggerWorkflows=done,refuse").expect(200);
      expect(answer.headers["workflow-runs"]).not.to.contain("refuse");
    });
  });

  describe("changes the request", () => {
    it("by setting values, headers and query, which later workflows see", async () => {
      await post("/posts?x=1&y=2&triggerWorkflows=change,echo", {
        title: "Old title",
        n: 1,
      }).expect(200, {
        values: { title: "New title", n: 1, added: true },
        header: "h",
        query: { x: "9" },
      });
    });

    it("and the upstream gets the changed request", async () => {
      await post("/posts?x=1&y=2&triggerWorkflows=change", { title: "Old title", n: 1 }).expect(
        201,
      );
      const [asked] = gateway.upstream.asked;
      expect(asked).to.include({ method: "POST", url: "/posts?x=9" });
      expect(JSON.parse(String(asked?.body))).to.deep.equal({
        title: "New title",
        n: 1,
        added: true,
      });
      expect(asked?.headers).to.include.members(["x-set", "h"]);
    });

    it("as a whole with replace", async () => {
      await post("/posts?triggerWorkflows=replace", { title: "Old title" }).expect(201);
      expect(JSON.parse(String(gateway.upstream.asked[0]?.body))).to.deep.equal({ title: "Whole" });
    });

    it("only when its body is a JSON object; else it errs", async () => {
      await post("/notes?triggerWorkflows=change-notes", [1, 2]).expect(500);
      await request(gateway.url).post("/notes?triggerWorkflows=change-notes").expect(500);
      expect(gateway.upstream.asked).to.deep.equal([]);
    });
  });

  it("that changes nothing forwards exactly the bytes that came", async () => {
    const bytes = '{ "title":"A good title",\n "big": 12345678901234567890, "one": 1.0 }';
    await request(gateway.url)
      .post("/posts")
      .set("Content-Type", "application/json")
      .send(bytes)
      .expect(201);
    expect(String(gateway.upstream.asked[0]?.body)).to.equal(bytes);
  });

  it("that only observes runs and is recorded, and neither refuses, changes nor adds messages", async () => {
    const answer = await request(gateway.url).delete("/posts/1").expect(200);
    expect(answer.headers["workflow-runs"]).to.match(/"trial";id="[^"]+";status=failed/);
    expect(answer.headers).not.to.have.property("workflow-messages");
    expect(gateway.upstream.lines()).to.deep.equal(["DELETE /posts/1"]);
  });

  it("is recorded with its steps, their inputs and results", async () => {
    await post("/posts", { title: "ab", password: "secret1", deep: { apiKey: "k" } }).expect(400);
    const [run] = await gateway.runs();
    expect(run).to.include({ workflow: "short-titles", status: "failed" });
    expect(run?.steps.map(({ path, status }) => [path, status])).to.deep.equal([
      ["check.then.say", "succeeded"],
      ["check.then.end#1", "succeeded"],
      ["check", "succeeded"],
    ]);
    expect(run?.messages).to.deep.equal(["'ab' is too short"]);
    expect(run).to.have.nested.property("trigger.params.values.password", "[redacted]");
    expect(run).to.have.nested.property("trigger.params.values.deep.apiKey", "[redacted]");
  });

  it("never sees credentials in headers or the token in the query", async () => {
    await post("/posts?token=t0ken-in-query&x=1")
      .set({ Authorization: "Bearer s3cret", Cookie: "a=b", "X-Api-Key": "k3y", "X-Plain": "seen" })
      .set("Workflow-Runs", '"forged";status=succeeded')
      .expect(201);
    const [run] = await gateway.runs();
    const text = JSON.stringify(run);
    for (const hidden of ["s3cret", "a=b", "k3y", "t0ken-in-query"])
      expect(text).not.to.contain(hidden);
    expect(run).to.have.nested.property("trigger.request.headers.x-plain", "seen");
    expect(run).to.not.have.nested.property("trigger.request.headers.workflow-runs");
    expect(run).to.have.deep.nested.property("trigger.request.query", { x: "1" });
    const [asked] = gateway.upstream.asked;
    expect(asked?.url).to.equal("/posts?token=t0ken-in-query&x=1");
    expect(asked?.headers).to.include.members(["Bearer s3cret", "a=b", "k3y"]);
  });
});

const store: Answer = ({ method, url = "" }, response) => {
  if (method === "POST") return answerJson(response, 201, { id: 1 });
  if (url.startsWith("/slow")) return;
  answerJson(response, 200, { id: 1 });
};

const workflows = `
identity: none
workflows:
  short-titles:
    trigger: { type: pre-action, collection: posts, global: true, actions: [create, update] }
    steps:
      - id: check
        type: condition
        if: size(trigger.params.values.title) < 3
        then:
          - { id: say, type: response-message, message: "'\${{ trigger.params.values.title }}' is too short" }
          - { type: end, status: failed }
  trial:
    trigger: { type: pre-action, collection: posts, global: true, actions: [destroy], observe: true }
    steps:
      - { type: response-message, message: "no" }
      - { type: end, status: failed }
  greet:
    trigger: { type: pre-action, collection: posts }
    steps: [{ type: response-message, message: Hello }]
  bye:
    trigger: { type: pre-action, collection: posts }
    steps: [{ type: response-message, message: Grüße }]
  off: { enabled: false, trigger: { type: pre-action, collection: posts }, steps: [] }
  for-notes: { trigger: { type: pre-action, collection: notes }, steps: [] }
  on-destroy: { trigger: { type: pre-action, collection: posts, actions: [destroy] }, steps: [] }
  admins: { trigger: { type: pre-action, collection: posts, roles: [admin] }, steps: [] }
  done:
    trigger: { type: pre-action, collection: posts }
    steps: [{ type: response-message, message: Done }, { type: end, status: succeeded }]
  silent: { trigger: { type: pre-action, collection: posts }, steps: [{ type: end, status: succeeded }] }
  refuse: { trigger: { type: pre-action, collection: posts }, steps: [{ type: end, status: failed }] }
  refuse-loudly:
    trigger: { type: pre-action, collection: posts }
    steps:
      - { type: response-message, message: "No" }
      - { type: response-message, message: Never }
      - { type: end, status: failed }
  only-if: { trigger: { type: pre-action, collection: posts }, steps: [{ type: condition, if: 1 > 2 }] }
  respond:
    trigger: { type: pre-action, collection: posts }
    steps: [{ type: response, status: 418, headers: { X-Tea: "yes" }, body: { tea: "\${{ 1 + 1 }}" } }]
  err:
    trigger: { type: pre-action, collection: posts }
    steps: [{ type: calculation, value: "\${{ trigger.params.values.nosuch }}" }]
  slow:
    timeout: 100ms
    trigger: { type: pre-action, collection: posts }
    steps: [{ type: query, collection: slow }]
  change:
    trigger: { type: pre-action, collection: posts }
    steps:
      - type: set-request
        values: { title: New title, added: true }
        headers: { X-Set: h }
        query: { x: 9, y: null }
  replace:
    trigger: { type: pre-action, collection: posts }
    steps: [{ type: set-request, replace: true, values: { title: Whole } }]
  change-notes:
    trigger: { type: pre-action, collection: notes }
    steps: [{ type: set-request, values: { a: 1 } }]
  echo:
    trigger: { type: pre-action, collection: posts }
    steps:
      - type: response
        body:
          values: \${{ trigger.params.values }}
          header: \${{ trigger.request.headers["x-set"] }}
          query: { x: "\${{ string(trigger.request.query.x) }}" }
`;
