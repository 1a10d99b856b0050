import { EventEmitter, once } from "node:events";
import { expect } from "chai";
import request from "supertest";
import { onBothStores } from "../support/both-stores.ts";
import { type TestGateway, startTestGateway } from "../support/gateway.ts";
import { answerJson } from "../support/upstream.ts";

onBothStores("an action with sync and async post-action workflows", () => {
  let gateway: TestGateway;
  const asked = new EventEmitter();
  before(async () => {
    gateway = await startTestGateway(workflows, {
      answer(_request, response, body) {
        answerJson(response, 201, { id: 1 });
        asked.emit(body.includes("async") ? "last" : "other");
      },
    });
  });
  after(() => gateway.stop());

  it("has its sync ones done before its async ones begin, whatever their order", async () => {
    const last = once(asked, "last");
    await request(gateway.url).post("/posts").send({ title: "x" }).expect(201);
    await last;
    const bodies = gateway.upstream.asked.map(({ url, body }) => `${url} ${String(body)}`);
    expect(bodies).to.deep.equal([
      '/posts {"title":"x"}',
      '/audits {"by":"sync"}',
      '/audits {"by":"async"}',
    ]);
  });
});

const workflows = `
identity: none
workflows:
  later:
    trigger: { type: post-action, collection: posts, global: true, actions: [create] }
    steps: [{ type: create, collection: audits, values: { by: async } }]
  first:
    trigger: { type: post-action, collection: posts, global: true, actions: [create], sync: true }
    steps:
      - { type: delay, for: 100ms }
      - { type: create, collection: audits, values: { by: sync } }
`;
