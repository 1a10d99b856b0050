import { expect } from "chai";
import request from "supertest";
import { headerPairs } from "../../src/model/headers.ts";
import { onBothStores } from "../support/both-stores.ts";
import { type TestGateway, startTestGateway } from "../support/gateway.ts";
import { type Answer, answerJson } from "../support/upstream.ts";

onBothStores("a workflow that writes records", () => {
  let gateway: TestGateway;
  beforeEach(async () => (gateway = await startTestGateway(WORKFLOW, { answer })));
  afterEach(() => gateway.stop());

  it("creates one, and updates those that a filter finds, on the upstream itself", async () => {
    await request(gateway.url).post("/posts").send({ title: "a" }).expect(201);
    expect(gateway.upstream.lines()).to.deep.equal([
      "POST /audits",
      "GET /drafts?open=true",
      "PATCH /drafts/1",
      "PATCH /drafts/2",
      "POST /posts",
    ]);
    const [audit, , draft] = gateway.upstream.asked;
    expect(JSON.parse(String(audit?.body))).to.deep.equal({ what: "a" });
    expect(JSON.parse(String(draft?.body))).to.deep.equal({ open: false });
  });

  it("marks each write by its run, its place and its record, and records what came of it", async () => {
    await request(gateway.url).post("/posts").send({ title: "a" }).expect(201);
    const [run] = await gateway.runs();
    const keys = gateway.upstream.asked.map(
      ({ headers }) => headerPairs(headers).find(([name]) => name === "Idempotency-Key")?.[1],
    );
    expect(keys).to.deep.equal([
      `${run?.id}:audit`,
      undefined,
      `${run?.id}:update#1:1`,
      `${run?.id}:update#1:2`,
      undefined,
    ]);
    expect(run?.steps.map(({ result }) => result)).to.deep.equal([{ id: 7 }, 2]);
  });

  it("lets nothing through when a write fails", async () => {
    const { body } = await request(gateway.url).post("/posts").send({ title: "fail" }).expect(500);
    expect(body).to.have.nested.property("errors[0].code", "WORKFLOW_ERROR");
    expect(gateway.upstream.lines()).to.deep.equal(["POST /audits"]);
  });
});

const answer: Answer = ({ method, url }, response, body) => {
  if (method === "GET")
    return answerJson(response, 200, [
      { id: 1, open: true },
      { id: 2, open: true },
    ]);
  if (url === "/audits" && body.includes("fail")) return answerJson(response, 422, {});
  return answerJson(response, method === "POST" ? 201 : 200, { id: 7 });
};

const WORKFLOW = `identity: none
workflows:
  audit:
    trigger: { type: pre-action, collection: posts, global: true, actions: [create] }
    steps:
      - id: audit
        type: create
        collection: audits
        values: { what: "\${{ trigger.params.values.title }}" }
      - { type: update, collection: drafts, filter: { open: true }, values: { open: false } }
`;
