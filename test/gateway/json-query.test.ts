import { expect } from "chai";
import request from "supertest";
import { readConfig } from "../../src/configuration.ts";
import { ConfigError } from "../../src/config/config-error.ts";
import { inFolder } from "../config/parts.ts";
import { failureOf } from "../support/failure.ts";
import { type TestGateway, startTestGateway } from "../support/gateway.ts";

describe("a workflow with json-query steps", function () {
  this.timeout(30_000); // a thread starts slowly on a busy machine
  let gateway: TestGateway;
  beforeEach(async () => {
    gateway = await startTestGateway(WORKFLOWS);
  });
  afterEach(() => gateway.stop());

  const order = {
    lines: [
      { sku: "a", qty: 2 },
      { sku: "b", qty: 1 },
    ],
  };
  const send = (key: string) =>
    request(gateway.url).post(`/orders:trigger?triggerWorkflows=${key}`).send(order);

  it("gives what its expressions find in data", async () => {
    const { body } = await send("both").expect(200);
    expect(body).to.deep.equal({ data: { total: 3, first: "a" } });
  });

  it("goes on where the step fails and its onError says so, and records why and where", async () => {
    const { body } = await send("wrong").expect(200);
    expect(body).to.deep.equal({ data: "QUERY_FAILED" });
    const [run] = await gateway.runs();
    const message =
      /^Argument 1 of function "sum" must be an array of "numbers" \(.*gateway\.yaml:\d+:\d+\)$/;
    expect(run?.steps[0]?.error?.message).to.match(message);
    expect(run?.steps[0]?.input).to.include({ expression: "$sum(lines.sku)" });
  });

  it("has timed out when its expression takes longer than its timeout", async () => {
    await send("endless").expect(500);
    const [run] = await gateway.runs();
    expect(run?.steps[0]).to.deep.include({ status: "timed-out" });
    await send("both").expect(200);
  });

  it("takes an expression as it is written, with no value put into it", async () => {
    const { body } = await send("literal").expect(200);
    expect(body).to.deep.equal({ data: "${{ trigger.data }} and ${HOME}" });
  });
});

describe("an expression of a json-query step", () => {
  it("that can't be read is a problem with its place", async () => {
    const { problems } = await inFolder({ "gateway.yaml": WRONG }, (file) =>
      failureOf(readConfig(file, {}), ConfigError),
    );
    expect(problems.map(({ line, col, message }) => `${line}:${col}: ${message}`)).to.deep.equal([
      '9:17: workflows.a.steps.0.expression: is not valid JSONata: Syntax error: ".."',
      "10:68: workflows.a.steps.1.expression: is not valid JMESPath: Expected Rbracket, got: EOF",
      "11:51: workflows.a.steps.2.expression: is not valid JSONata: Unexpected end of expression",
      "12:46: workflows.a.steps.3.engine: should be one of jsonata, jmespath",
    ]);
  });
});

const WRONG = `upstream: { url: "http://127.0.0.1:3000" }
workflows:
  a:
    trigger: { type: subflow }
    steps:
      - type: json-query
        data: 1
        expression: |
          lines .. qty ..+
      - { type: json-query, data: 1, engine: jmespath, expression: "lines[0" }
      - { type: json-query, data: 1, expression: "" }
      - { type: json-query, data: 1, engine: jq, expression: a }
`;

const WORKFLOWS = `
identity: none
workflows:
  both:
    trigger: { type: custom-action, collection: orders, sync: true }
    steps:
      - id: total
        type: json-query
        data: "\${{ trigger.data }}"
        expression: $sum(lines.qty)
      - id: first
        type: json-query
        engine: jmespath
        data: "\${{ trigger.data }}"
        expression: lines[0].sku
      - { type: output, value: { total: "\${{ steps.total }}", first: "\${{ steps.first }}" } }
  wrong:
    trigger: { type: custom-action, collection: orders, sync: true }
    steps:
      - type: json-query
        data: "\${{ trigger.data }}"
        expression: $sum(lines.sku)
        onError: [{ type: output, value: "\${{ error.code }}" }]
  endless:
    trigger: { type: custom-action, collection: orders, sync: true }
    steps:
      - type: json-query
        timeout: 300ms
        data: null
        expression: ($f := function($x) { $f($x + 1) }; $f(1))
  literal:
    trigger: { type: custom-action, collection: orders, sync: true }
    steps:
      - id: text
        type: json-query
        data: null
        expression: "'\${{ trigger.data }} and \${HOME}'"
      - { type: output, value: "\${{ steps.text }}" }
`;
