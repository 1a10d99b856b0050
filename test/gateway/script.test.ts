import { expect } from "chai";
import request from "supertest";
import { readConfig } from "../../src/configuration.ts";
import { ConfigError } from "../../src/config/config-error.ts";
import { inFolder } from "../config/parts.ts";
import { failureOf } from "../support/failure.ts";
import { type TestGateway, startTestGateway } from "../support/gateway.ts";

describe("a workflow with script steps", function () {
  this.timeout(30_000); // a thread starts slowly on a busy machine
  let gateway: TestGateway;
  beforeEach(async () => {
    gateway = await startTestGateway(WORKFLOWS);
  });
  afterEach(() => gateway.stop());

  const send = (key: string, body: object = {}) =>
    request(gateway.url).post(`/orders:trigger?triggerWorkflows=${key}`).send(body);

  it("goes on with what a script makes of trigger, steps and vars", async () => {
    const { body } = await send("sum", { lines: [{ qty: 2 }, { qty: 3 }] }).expect(200);
    expect(body).to.deep.equal({ data: "15 at ${trigger}" });
  });

  it("lets no request through where a blocking script throws", async () => {
    const { status, body }: { status: number; body: { errors: { message: string }[] } } =
      await request(gateway.url).post("/posts").send({ title: "x" });
    expect(status).to.equal(500);
    expect(body.errors[0]?.message).to.match(/^Workflow guard /);
    expect(gateway.upstream.lines()).to.deep.equal([]);
    const [run] = await gateway.runs();
    expect(run?.steps[0]).to.deep.include({ status: "errored" });
    expect(run?.steps[0]?.error?.message).to.match(/^too short \(.*gateway\.yaml:\d+:\d+\)$/);
  });

  it("has timed out when a script takes longer than a second, and others run meanwhile", async () => {
    const stuck = send("endless").expect(500);
    const [, { body }] = await Promise.all([stuck, send("sum", { lines: [] }).expect(200)]);
    expect(body).to.deep.equal({ data: "0 at ${trigger}" });
    const runs = await gateway.runs();
    const endless = runs.find(({ workflow }) => workflow === "endless");
    expect(endless?.steps[0]).to.deep.include({ status: "timed-out" });
  });

  it("tries a script again at the same time and with the same random values", async () => {
    await send("again").expect(500);
    const [run] = await gateway.runs();
    const messages = run?.steps.map(({ error }) => error?.message);
    expect(messages).to.have.length(2);
    expect(messages?.[0])
      .to.equal(messages?.[1])
      .and.match(/^\d+ 0\.\d+ /);
  });
});

describe("the configuration of a script step", () => {
  it("is told with its place where the script can't be read, or its memory is not a size", async () => {
    const { problems } = await inFolder({ "gateway.yaml": WRONG }, (file) =>
      failureOf(readConfig(file, {}), ConfigError),
    );
    expect(problems.map(({ line, col, message }) => `${line}:${col}: ${message}`)).to.deep.equal([
      "9:25: workflows.a.steps.0.code: is not valid JavaScript: unexpected token in expression: ';'",
      "10:51: workflows.a.steps.1.memory: should be a size from 1mb to 1gb: 64mb",
      "11:9: workflows.a.steps.2: code is missing",
    ]);
  });
});

const WRONG = `upstream: { url: "http://127.0.0.1:3000" }
workflows:
  a:
    trigger: { type: subflow }
    steps:
      - type: script
        code: |
          const a = 1;
          const b = a + ;
      - { type: script, code: "return 1", memory: 64 }
      - { type: script }
`;

const WORKFLOWS = `
identity: none
workflows:
  sum:
    trigger: { type: custom-action, collection: orders, sync: true }
    steps:
      - { type: variable, name: price, value: 3 }
      - id: total
        type: script
        code: |
          let total = 0;
          for (const { qty } of trigger.data.lines) total += qty * vars.price;
          return total;
      - id: text
        type: script
        code: |
          return \`\${steps.total} at \` + '\${trigger}';
      - { type: output, value: "\${{ steps.text }}" }
  guard:
    trigger: { type: pre-action, collection: posts, global: true, actions: [create] }
    steps:
      - type: script
        code: |
          if (trigger.params.values.title.length < 3) {
            throw new Error("too short");
          }
  endless:
    trigger: { type: custom-action, collection: orders, sync: true }
    steps: [{ type: script, code: "for (;;);" }]
  again:
    trigger: { type: custom-action, collection: orders, sync: true }
    steps:
      - type: script
        retry: { attempts: 2, delay: 1ms }
        code: throw new Error(Date.now() + " " + Math.random() + " ")
`;
