import { expect } from "chai";
import request from "supertest";
import { onBothStores } from "../support/both-stores.ts";
import { type TestGateway, startTestGateway } from "../support/gateway.ts";
import { type Relay, startRelay } from "../support/relay.ts";
import { type Answer, answerJson } from "../support/upstream.ts";

onBothStores("workflows that cause each other", () => {
  let gateway: TestGateway;
  let relay: Relay;
  before(async () => {
    relay = await startRelay(() => gateway.url);
    gateway = await startTestGateway(workflows(relay.url), { answer });
  });
  beforeEach(() => void gateway.upstream.asked.splice(0));
  after(async () => {
    await gateway.stop();
    await relay.stop();
  });

  it("are stopped when they are too deep, with 508", async () => {
    const { body } = await request(gateway.url).post("/posts").send({ title: "x" }).expect(500);
    expect(body).to.have.nested.property("errors[0].code", "WORKFLOW_ERROR");
    const runs = await gateway.runs();
    expect(runs.map(({ status }) => status)).to.deep.equal(["errored", "errored", "errored"]);
    expect(runs[0]?.error?.message).to.contain("508");
    expect(gateway.upstream.asked).to.deep.equal([]);
  });

  it("can't be kept from running by a forged Workflow-Depth, which is dropped", async () => {
    await request(gateway.url)
      .post("/notes?triggerWorkflows=look")
      .set("Workflow-Depth", "99;0000")
      .send({})
      .expect(201);
    const names = gateway.upstream.asked[0]?.headers.map((text) => text.toLowerCase());
    expect(names).not.to.include("workflow-depth");
  });
});

const answer: Answer = (_request, response) => answerJson(response, 201, { id: 1 });

const workflows = (relay: string) => `
identity: none
limits: { depth: 2 }
workflows:
  again:
    trigger: { type: pre-action, collection: posts, global: true, actions: [create] }
    steps:
      - { type: request, url: "${relay}/posts", body: {} }
  look: { trigger: { type: pre-action, collection: notes }, steps: [] }
`;
