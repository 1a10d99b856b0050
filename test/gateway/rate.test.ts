import { expect } from "chai";
import request from "supertest";
import { onBothStores } from "../support/both-stores.ts";
import { type TestGateway, startTestGateway } from "../support/gateway.ts";
import { answerJson } from "../support/upstream.ts";

onBothStores("the rate of a workflow", () => {
  let gateway: TestGateway;
  beforeEach(async () => {
    gateway = await startTestGateway(workflows, {
      answer: (_request, response) => answerJson(response, 201, { id: 1 }),
    });
  });
  afterEach(() => gateway.stop());

  const create = (body: object) => request(gateway.url).post("/posts").send(body);
  const hook = (key: string, id: string, delivery = "") =>
    request(gateway.url).post(`/webhook:trigger/${key}`).set("X-Id", delivery).send({ id });

  it("over it, answers 429 with the headers that tell when to try again, before any run begins", async () => {
    await create({ author: "a" }).expect(201);
    await create({ author: "a" }).expect(201);
    const runs = (await gateway.runs()).length;
    const answer = await create({ author: "a" }).expect(429);
    expect(answer.body).to.deep.equal({
      errors: [
        {
          message: 'Workflow "guard" runs at most 2 times in 1h; try again in 1800 s',
          code: "RATE_LIMITED",
        },
      ],
    });
    expect(answer.headers).to.include({
      "retry-after": "1800",
      "ratelimit-policy": '"guard";q=2;w=3600',
      ratelimit: '"guard";r=0;t=1800',
      "workflow-action": "intercepted",
    });
    expect(await gateway.runs()).to.have.length(runs);
    expect(gateway.upstream.asked).to.have.length(2);
  });

  it("counts each key alone", async () => {
    for (const author of ["a", "b", "a", "b"]) await create({ author }).expect(201);
    await create({ author: "b" }).expect(429);
  });

  it("counts each record of a list, so that a list is no way around it", async () => {
    await create([{ author: "a" }, { author: "b" }, { author: "a" }] as object).expect(201);
    await create([{ author: "c" }, { author: "a" }] as object).expect(429);
    expect(gateway.upstream.asked).to.have.length(1);
  });

  it("of a webhook counts new deliveries; one that was seen is answered as it was", async () => {
    await hook("paid", "1", "d1").expect(200);
    await hook("paid", "1", "d2").expect(429);
    await hook("paid", "1", "d1").expect(200);
    await hook("paid", "1", "d2").expect(429);
  });

  it("of a custom action counts its runs, with one key for all where none is said", async () => {
    const path = "/workflows:trigger?triggerWorkflows=act";
    await request(gateway.url).post(path).send({}).expect(200);
    const answer = await request(gateway.url).post(path).send({}).expect(429);
    expect(answer.headers).to.include({ "retry-after": "60" });
  });
});

const workflows = `
identity: none
workflows:
  guard:
    trigger: { type: pre-action, collection: posts, global: true, actions: [create] }
    rate: { limit: 2, per: 1h, key: "\${{ trigger.params.values.author }}" }
    steps: []
  paid:
    trigger: { type: webhook, dedupe: { key: '\${{ trigger.headers["x-id"] }}' } }
    rate: { limit: 1, per: 1m, key: "\${{ trigger.body.id }}" }
    steps: []
  act:
    trigger: { type: custom-action, context: none, sync: true }
    rate: { limit: 1, per: 1m }
    steps: []
`;
