import { expect } from "chai";
import request from "supertest";
import { type TestGateway, startTestGateway } from "../support/gateway.ts";

/** Between the doubles …664 and …672. */
const LARGE = "50755254975729665";

describe("an integer that no double can hold", () => {
  let gateway: TestGateway;
  before(async () => {
    gateway = await startTestGateway(workflows, {
      answer: (_asked, response) =>
        void response.writeHead(201, { "content-type": "application/json" }).end(`{"id":${LARGE}}`),
    });
  });
  after(() => gateway.stop());

  it("goes through a changed request, an answer and the history digit by digit", async () => {
    const answer = await request(gateway.url)
      .post("/posts")
      .set("Content-Type", "application/json")
      .send(`{"n":${LARGE}}`)
      .expect(201);
    expect(answer.text).to.equal(`{"id":${LARGE}}`);
    const [asked] = gateway.upstream.asked;
    expect(asked?.body.toString()).to.equal(`{"n":${LARGE},"copy":${LARGE}}`);
    const { runs } = (await (await fetch(`${gateway.adminUrl}/runs`)).json()) as {
      runs: { id: string }[];
    };
    for (const { id } of runs) {
      const text = await (await fetch(`${gateway.adminUrl}/runs/${id}`)).text();
      expect(text).to.contain(LARGE);
    }
    expect(runs).to.have.length(2);
  });

  const post = (id: string) =>
    request(gateway.url)
      .post("/webhook:trigger/hook")
      .set("Content-Type", "application/json")
      .send(`{"id":${id}}`);

  it("is another delivery than its neighbour", async () => {
    const first = await post(LARGE).expect(200);
    const second = await post("50755254975729667").expect(200);
    const again = await post(LARGE).expect(200);
    expect(first.headers["workflow-runs"]).to.be.a("string");
    expect(second.headers["workflow-runs"]).to.be.a("string");
    expect(again.headers).not.to.have.property("workflow-runs");
  });
});

const workflows = `
identity: none
workflows:
  before:
    trigger: { type: pre-action, collection: posts, global: true, actions: [create] }
    steps:
      - { type: set-request, values: { copy: "\${{ trigger.params.values.n }}" } }
  after:
    trigger: { type: post-action, collection: posts, global: true, actions: [create] }
    steps: [{ type: calculation, value: "\${{ trigger.data.id }}" }]
  hook:
    trigger: { type: webhook, dedupe: { key: "\${{ trigger.body.id }}" } }
    steps: []
`;
