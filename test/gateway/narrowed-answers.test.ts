import { expect } from "chai";
import request from "supertest";
import type { JsonObject } from "../../src/model/json.ts";
import { onBothStores } from "../support/both-stores.ts";
import { directus } from "../support/directus.ts";
import { type TestGateway, startTestGateway } from "../support/gateway.ts";
import { type Answer, answerJson } from "../support/upstream.ts";

onBothStores("a client's query that narrows the answer", () => {
  const items = new Map<string, JsonObject[]>();
  let gateway: TestGateway;
  before(async () => {
    gateway = await startTestGateway(inFrontOfDirectus, { answer: directus(items) });
  });
  beforeEach(() => {
    gateway.upstream.asked.splice(0);
    items.set("posts", [
      { id: 1, title: "first", price: 5 },
      { id: 2, title: "second", price: 1 },
    ]);
  });
  after(() => gateway.stop());

  const post = (path: string, body: object) => request(gateway.url).post(path).send(body);

  it("hides nothing from a workflow: the record that was created is loaded anew", async () => {
    for (const query of [
      "fields=title",
      "fields[]=title",
      "fields=title,price",
      "deep[x][_limit]=1",
    ]) {
      await post(`/items/posts?${query}`, { title: "new", price: 3 }).expect(200);
      const id = items.get("posts")?.length;
      expect(await data(1), query).to.deep.equal([{ id, title: "new", price: 3 }]);
    }
  });

  it("gives the client just what it asked for", async () => {
    const one = await post("/items/posts?fields=title", { title: "new" });
    expect(one.body).to.deep.equal({ data: { title: "new" } });
    const many = await post("/items/posts?fields=title", [{ title: "a" }, { title: "b" }]);
    expect(many.body).to.deep.equal({ data: [{ title: "a" }, { title: "b" }] });
    const withKey = await post("/items/posts?fields=id,title", { title: "new" });
    expect(withKey.body).to.deep.equal({ data: { id: 6, title: "new" } });
    expect(gateway.upstream.lines().filter((line) => line.startsWith("POST"))).to.deep.equal([
      "POST /items/posts?fields=title,id",
      "POST /items/posts?fields=title,id",
      "POST /items/posts?fields=id,title",
    ]);
  });

  it("does not put another record in the place of the one that was saved", async () => {
    await post("/items/posts?fields=id&alias[id]=price", { title: "new", price: 1 }).expect(200);
    expect(await data(1)).to.deep.equal([{ title: "new", price: 1 }]);
  });

  it("does not leave a record out", async () => {
    await post("/items/posts?limit=1", [{ title: "a" }, { title: "b" }]).expect(200);
    expect(await data(2)).to.deep.equal([{ title: "a" }, { title: "b" }]);
    await post("/items/posts?limit=0", [{ title: "a" }, { title: "b" }]).expect(200);
    expect(await data(2)).to.deep.equal([{ title: "a" }, { title: "b" }]);
  });

  it("hides nothing of an update", async () => {
    await request(gateway.url)
      .patch("/items/posts/1?fields=price")
      .send({ title: "newer" })
      .expect(200, {
        data: { price: 5 },
      });
    expect(await data(1)).to.deep.equal([{ id: 1, title: "newer", price: 5 }]);
    await request(gateway.url)
      .patch("/items/posts?limit=1&fields=price")
      .send({ keys: [1, 2], data: { title: "both" } });
    expect(await data(2)).to.deep.equal([
      { id: 1, title: "both", price: 5 },
      { id: 2, title: "both", price: 1 },
    ]);
  });

  describe("of a destroy", () => {
    it("is never taken for the records that are gone", async () => {
      await request(gateway.url)
        .delete("/items/posts")
        .send({ query: { filter: { price: 5 } } });
      expect(await data(1)).to.deep.equal([null]);
    });

    it("leaves one run for each key that the body names", async () => {
      for (const body of [[1, 2], { keys: [1, 2] }]) {
        await request(gateway.url).delete("/items/posts").send(body).expect(204);
        expect(await data(2)).to.deep.equal([{ id: 1 }, { id: 2 }]);
      }
    });
  });

  /** `trigger.data` of the newest runs, in the order in which they were made. */
  async function data(count: number) {
    const runs = await gateway.runs();
    return runs
      .slice(0, count)
      .toReversed()
      .map(({ trigger }) => (trigger as JsonObject)["data"]);
  }
});

onBothStores("a destroy that removed nothing", () => {
  it("runs nothing afterwards", async () => {
    const gateway = await startTestGateway(afterDestroy, {
      answer: ({ url = "" }, response) => {
        const body = JSON.parse(decodeURIComponent(url.split("answer=")[1] ?? "{}")) as unknown;
        answerJson(response, 200, { data: body });
      },
    });
    for (const body of ["0", "[]", "[0]", '{"count":0}']) {
      const received = await request(gateway.url)
        .post(`/api/posts:destroy/1?answer=${body}`)
        .expect(200);
      expect(received.headers, body).not.to.have.property("workflow-runs");
    }
    const received = await request(gateway.url).post("/api/posts:destroy/1?answer=1").expect(200);
    expect(received.headers["workflow-runs"]).to.contain("gone");
    await gateway.stop();
  });
});

onBothStores("a step that acts as the caller, whom the upstream refuses,", () => {
  let gateway: TestGateway;
  before(async () => (gateway = await startTestGateway(asCaller, { answer: refusing })));
  after(() => gateway.stop());

  it("gives the client that answer before an action", () =>
    refused(request(gateway.url).post("/posts").send({ title: "a" })));
  it("gives the client that answer after an action", () =>
    refused(request(gateway.url).post("/notes").send({ title: "a" })));
  it("gives the client that answer to a custom action, also if it is a 401", () =>
    refused(request(gateway.url).post("/workflows:trigger?triggerWorkflows=custom"), 401));
  it("gives the client that answer when it is a step of a subflow", () =>
    refused(request(gateway.url).post("/workflows:trigger?triggerWorkflows=calls")));
  it("is handled by its onError, and then the client does not get that answer", () =>
    request(gateway.url)
      .post("/workflows:trigger?triggerWorkflows=handles")
      .set("Authorization", "Bearer viewer")
      .expect(200, { data: "UPSTREAM_FAILED" }));
  it("keeps the service's own refusal from the client", () =>
    request(gateway.url)
      .post("/workflows:trigger?triggerWorkflows=service")
      .set("Authorization", "Bearer viewer")
      .expect(500)
      .expect(({ body }) =>
        expect(body).to.have.nested.property("errors[0].code", "WORKFLOW_ERROR"),
      ));
});

onBothStores("an output step that gives null", () => {
  it("is answered as data: null, by a custom action and a webhook", async () => {
    const gateway = await startTestGateway(nothing);
    const trigger = (keys: string) =>
      request(gateway.url).post(`/workflows:trigger?triggerWorkflows=${keys}`);
    await trigger("gives-null").expect(200, { data: null });
    await trigger("gives-one,gives-null").expect(200, { data: null });
    await trigger("gives-null,silent").expect(200, { data: null });
    await trigger("silent").expect(200, {});
    await trigger("ends").expect(200, { data: null });
    await request(gateway.url)
      .post("/webhook:trigger/hook")
      .set("Content-Type", "application/json")
      .expect(200, { data: null });
    await gateway.stop();
  });
});

async function refused(sent: request.Test, status = 403) {
  const received = await sent.set("Authorization", "Bearer viewer");
  expect(received.status).to.equal(status);
  expect(received.headers["www-authenticate"]).to.equal('Basic realm="theirs"');
  expect(received.body).to.deep.equal({ error: "viewers may not" });
  expect(received.headers["workflow-runs"]).to.contain("status=errored");
}

const inFrontOfDirectus = `
upstream: { api: directus }
identity: none
workflows:
  audit:
    trigger: { type: post-action, collection: posts, global: true, actions: [create, update, destroy], sync: true }
    steps: []
`;

const afterDestroy = `
upstream: { api: nocobase }
identity: none
workflows:
  gone:
    trigger: { type: post-action, collection: posts, global: true, actions: [destroy] }
    steps: []
`;

const refusing: Answer = ({ method, url = "" }, response) => {
  if (method === "POST") return answerJson(response, 201, { id: 1 });
  if (url === "/me") return answerJson(response, 200, { name: "viewer" });
  response.setHeader("WWW-Authenticate", 'Basic realm="theirs"');
  answerJson(response, url.includes("tokens") ? 401 : 403, { error: "viewers may not" });
};

const query = "{ type: query, collection: secrets, key: 1, as: caller }";
const asCaller = `
identity: { introspect: { path: /me } }
workflows:
  before:
    trigger: { type: pre-action, collection: posts, global: true, actions: [create] }
    steps: [${query}]
  after:
    trigger: { type: post-action, collection: notes, global: true, actions: [create], sync: true }
    steps: [${query}]
  custom:
    trigger: { type: custom-action, context: none, sync: true }
    steps: [{ type: query, collection: tokens, as: caller }]
  calls:
    trigger: { type: custom-action, context: none, sync: true }
    steps: [{ type: subflow, workflow: child }]
  child: { trigger: { type: subflow }, steps: [${query}] }
  handles:
    trigger: { type: custom-action, context: none, sync: true }
    steps:
      - type: query
        collection: secrets
        key: 1
        as: caller
        onError: [{ type: output, value: "\${{ error.code }}" }]
  service:
    trigger: { type: custom-action, context: none, sync: true }
    steps: [{ type: query, collection: secrets, key: 1 }]
`;

const none = "trigger: { type: custom-action, context: none, sync: true }";
const nothing = `
identity: none
workflows:
  gives-null: { ${none}, steps: [{ type: output, value: null }] }
  gives-one: { ${none}, steps: [{ type: output, value: 1 }] }
  silent: { ${none}, steps: [] }
  ends: { ${none}, steps: [{ type: output, value: null }, { type: end, status: succeeded }] }
  hook: { trigger: { type: webhook, sync: true }, steps: [{ type: output, value: null }] }
`;
