import { gzipSync } from "node:zlib";
import { expect } from "chai";
import request from "supertest";
import { onBothStores } from "../support/both-stores.ts";
import { type TestGateway, startTestGateway } from "../support/gateway.ts";
import { type Answer, answerJson } from "../support/upstream.ts";

onBothStores("in front of a NocoBase upstream", () => {
  let gateway: TestGateway;
  before(async () => (gateway = await startTestGateway(workflows, { answer })));
  beforeEach(() => void gateway.upstream.asked.splice(0));
  after(() => gateway.stop());

  const post = (path: string) => request(gateway.url).post(path).send({ title: "Good" });

  it("REST requests reach it in its own form", async () => {
    await request(gateway.url).patch("/api/notes/1").send({ a: 1 });
    await request(gateway.url).get("/api/notes/1");
    await request(gateway.url).delete("/api/posts/1");
    expect(gateway.upstream.lines()).to.deep.equal([
      "POST /api/notes:update?filterByTk=1",
      "GET /api/notes:get?filterByTk=1",
      "POST /api/posts:destroy?filterByTk=1",
    ]);
  });

  it("messages stand beside data in the answer's body", async () => {
    const answer = await post("/api/posts:create").expect(200, {
      data: { id: 1 },
      messages: [{ message: "Hello" }],
    });
    expect(answer.headers).not.to.have.property("workflow-messages");
    expect(answer.headers).not.to.have.property("etag");
    expect(answer.headers["workflow-runs"]).to.contain("greet");
    expect(answer.headers["x-request-id"]).to.match(/^[0-9a-f-]{36}$/);
  });

  it("messages stand beside data in a compressed answer too", () =>
    post("/api/posts:create?zip=1").expect(200, {
      data: { id: 1 },
      messages: [{ message: "Hello" }],
    }));

  it("messages go into the header when the answer is not a success, or not an object", async () => {
    for (const path of ["/api/posts:create?fail=1", "/api/posts:create?list=1"]) {
      const answer = await post(path);
      expect(answer.headers["workflow-messages"]).to.equal('[{"message":"Hello"}]');
      expect(answer.body).to.deep.equal(
        path.endsWith("fail=1") ? { errors: [{ message: "no" }] } : [1, 2],
      );
    }
  });

  it("messages and runs are reported even when the upstream breaks off", async () => {
    const answer = await post("/api/posts:create?reset=1").expect(502);
    expect(answer.headers["workflow-messages"]).to.equal('[{"message":"Hello"}]');
    expect(answer.headers["workflow-runs"]).to.contain("greet");
    expect(answer.headers["workflow-action"]).to.equal("performed");
  });

  it("keys that no workflow has stay in the URL with their associations, for its own workflows", async () => {
    const answer = await post(
      "/api/notes:create?triggerWorkflows=theirs,ours,mail!author.team&a=1",
    ).expect(200);
    expect(gateway.upstream.lines()).to.deep.equal([
      "POST /api/notes:create?a=1&triggerWorkflows=theirs,mail!author.team",
    ]);
    expect(answer.headers["workflow-runs"]).to.contain('"ours"');
    expect(answer.headers["workflow-skipped"]).to.equal('"theirs";reason=left, "mail";reason=left');
  });
});

const answer: Answer = ({ url = "" }, response) => {
  if (url.includes("reset=1")) return void response.destroy();
  response.setHeader("ETag", '"1"');
  if (url.includes("fail")) return answerJson(response, 400, { errors: [{ message: "no" }] });
  if (url.includes("list=1")) return answerJson(response, 200, [1, 2]);
  if (!url.includes("zip")) return answerJson(response, 200, { data: { id: 1 } });
  response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
  response.end(gzipSync('{"data":{"id":1}}'));
};

const workflows = `
upstream: { api: nocobase }
identity: none
workflows:
  greet:
    trigger: { type: pre-action, collection: posts, global: true, actions: [create] }
    steps: [{ type: response-message, message: Hello }]
  ours: { trigger: { type: pre-action, collection: notes }, steps: [] }
`;
