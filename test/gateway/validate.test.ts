import { expect } from "chai";
import request from "supertest";
import { onBothStores } from "../support/both-stores.ts";
import { type TestGateway, startTestGateway } from "../support/gateway.ts";
import { ConfigError } from "../../src/config/config-error.ts";

onBothStores("a validate step", () => {
  let gateway: TestGateway;
  before(async () => (gateway = await startTestGateway(workflows)));
  after(() => gateway.stop());
  const post = (path: string, body: object) => request(gateway.url).post(path).send(body);

  it("refuses a request that does not fit, with a message for each violation", async () => {
    await post("/posts", { lines: [{ qty: 0 }] }).expect(400, {
      errors: [{ message: "title is missing" }, { message: "lines[0].qty must be at least 1" }],
    });
    expect(gateway.upstream.asked).to.deep.equal([]);
  });

  it("lets a request pass that fits, as it came", async () => {
    const answer = await post("/posts", { title: "x", lines: [{ qty: 1 }] });
    expect(answer.status).to.be.below(300);
    expect(gateway.upstream.lines()).to.deep.equal(["POST /posts"]);
  });

  it("ends a webhook's run as failed where its body does not fit, and the answer says why", async () => {
    const answer = await post("/webhook:trigger/hook", { n: "x" }).expect(500);
    const [run] = await gateway.runs();
    expect(run?.status).to.equal("failed");
    expect(JSON.stringify(answer.body)).to.include("n must be a whole number");
  });

  it("goes on with onInvalid: continue, and the result says what is wrong", async () => {
    const answer = await post("/webhook:trigger/report", { n: "x" }).expect(200);
    expect(answer.body).to.deep.equal({
      valid: false,
      errors: [{ path: "n", message: "n must be a whole number", keyword: "type" }],
    });
  });

  it("is refused when its schema is not one, at the place of the mistake", async () => {
    const wrong = workflows.replace("minimum: 1", "minimum: one");
    const error = await startTestGateway(wrong).then(
      () => null,
      (caught: unknown) => caught,
    );
    expect(error).to.be.instanceOf(ConfigError);
    expect((error as Error).message).to.match(/gateway\.yaml:\d+:\d+: .*must be a number/);
  });
});

const workflows = `
identity: none
workflows:
  guard:
    trigger: { type: pre-action, collection: posts, global: true, actions: [create] }
    steps:
      - type: validate
        schema:
          required: [title]
          properties: { lines: { items: { properties: { qty: { minimum: 1 } } } } }
  hook:
    trigger: { type: webhook, sync: true }
    steps:
      - type: validate
        schema: { properties: { n: { type: integer } } }
  report:
    trigger: { type: webhook, sync: true }
    steps:
      - id: check
        type: validate
        onInvalid: continue
        schema: { properties: { n: { type: integer } } }
      - type: response
        status: 200
        body: \${{ steps.check }}
`;
