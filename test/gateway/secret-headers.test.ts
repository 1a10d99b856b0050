import { expect } from "chai";
import request from "supertest";
import { type TestGateway, startTestGateway } from "../support/gateway.ts";
import { answerJson } from "../support/upstream.ts";

describe("a workflow that computes the names of the headers which it sets", () => {
  let gateway: TestGateway;
  before(async () => {
    gateway = await startTestGateway(workflows, {
      answer: (_request, response) => answerJson(response, 201, {}),
    });
  });
  after(() => gateway.stop());
  afterEach(() => void gateway.upstream.asked.splice(0));

  for (const name of ["X-Badge", "Authorization"]) {
    it(`can't forge the credential ${name}: nothing is forwarded`, async () => {
      await request(gateway.url).post("/posts").send({ name }).expect(500);
      expect(gateway.upstream.asked).to.deep.equal([]);
    });
  }

  it("sets others", async () => {
    await request(gateway.url).post("/posts").send({ name: "X-Room" }).expect(201);
    expect(gateway.upstream.asked[0]?.headers).to.include("forged");
  });
});

const workflows = `
identity: none
redact: [x-badge]
workflows:
  forge:
    trigger: { type: pre-action, collection: posts, global: true, actions: [create] }
    steps:
      - type: set-request
        headers: "\${{ {string(trigger.params.values.name): 'forged'} }}"
`;
