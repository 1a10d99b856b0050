import { expect } from "chai";
import request from "supertest";
import { type TestGateway, startTestGateway } from "../support/gateway.ts";
import { answerJson } from "../support/upstream.ts";

describe("a header that a workflow sets", () => {
  let gateway: TestGateway;
  before(async () => {
    gateway = await startTestGateway(WORKFLOWS, {
      answer: (_request, response) => answerJson(response, 201, { id: 1 }),
    });
  });
  after(() => gateway.stop());

  const PLACES = [
    ["by response in a pre-action", "/posts", "answer"],
    ["by response in a custom action", "/workflows:trigger?triggerWorkflows=act", "act"],
    ["by response in a webhook", "/webhook:trigger/hook", "hook"],
    ["by set-response in a post-action", "/orders", "after"],
    ["by set-response in two steps", "/carts", "twice"],
    ["by set-request in a pre-action", "/changed", "change"],
  ] as const;
  const UNFIT: [what: string, value: string][] = [
    ["200 kB long", "x".repeat(200_000)],
    ["longer than limits.headers", "x".repeat(9_000)],
    ["with a line break", "a\r\nSet-Cookie: b=1"],
    ["with a line feed", "a\nb"],
    ["with NUL", "a\0b"],
  ];
  for (const [where, path, workflow] of PLACES) {
    for (const [what, value] of UNFIT) {
      it(`${where} errs the step: ${what}`, async () => {
        const { headers, body } = await request(gateway.url).post(path).send({ value }).expect(500);
        expect(body).to.have.nested.property("errors[0].code", "WORKFLOW_ERROR");
        expect(headers).not.to.have.any.keys("x-a", "set-cookie");
        const run = (await gateway.runs()).find((one) => one.workflow === workflow);
        expect(run).to.have.property("status", "errored");
      });
    }

    it(`${where} is sent where it is fit`, async () => {
      const value = "x".repeat(3_000);
      const { status, headers } = await request(gateway.url).post(path).send({ value });
      expect(status).to.be.oneOf([200, 201]);
      if (workflow !== "change") expect(headers).to.have.property("x-a", value);
    });
  }
});

const WORKFLOWS = `
limits: { headers: 8kb }
identity: none
workflows:
  answer:
    trigger: { type: pre-action, collection: posts, global: true, actions: [create] }
    steps: [{ type: response, headers: { X-A: "\${{ trigger.params.values.value }}" } }]
  act:
    trigger: { type: custom-action, context: none, sync: true }
    steps: [{ type: response, headers: { X-A: "\${{ trigger.data.value }}" } }]
  hook:
    trigger: { type: webhook, sync: true }
    steps: [{ type: response, headers: { X-A: "\${{ trigger.body.value }}" } }]
  after:
    trigger: { type: post-action, collection: orders, global: true, actions: [create], sync: true }
    steps: [{ type: set-response, headers: { X-A: "\${{ trigger.params.values.value }}" } }]
  twice:
    trigger: { type: post-action, collection: carts, global: true, actions: [create], sync: true }
    steps:
      - { type: set-response, headers: { X-B: "\${{ trigger.params.values.value }}" } }
      - { type: set-response, headers: { X-A: "\${{ trigger.params.values.value }}" } }
  change:
    trigger: { type: pre-action, collection: changed, global: true, actions: [create] }
    steps: [{ type: set-request, headers: { X-A: "\${{ trigger.params.values.value }}" } }]
`;
