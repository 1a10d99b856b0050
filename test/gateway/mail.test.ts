import { expect } from "chai";
import request from "supertest";
import { readConfig } from "../../src/configuration.ts";
import { ConfigError } from "../../src/config/config-error.ts";
import { inFolder } from "../config/parts.ts";
import { failureOf } from "../support/failure.ts";
import { type TestGateway, startTestGateway } from "../support/gateway.ts";
import { type TestMailServer, refusing, startMailServer } from "../support/mail-server.ts";

describe("a workflow with mail steps", () => {
  let answers: (Error | null)[] = [];
  let server: TestMailServer;
  let gateway: TestGateway;

  beforeEach(async () => {
    answers = [];
    server = await startMailServer({}, () => answers.shift() ?? null);
    gateway = await startTestGateway(workflow(server.port));
  });
  afterEach(async () => {
    await gateway.stop();
    await server.stop();
  });
  const trigger = (values: object) =>
    request(gateway.url).post("/orders:trigger?triggerWorkflows=tell").send(values);

  it("sends a message, whose id is the step's result", async () => {
    const { body } = await trigger({ to: "ada@example.com", id: 7 }).expect(200);
    expect(server.messages[0]).to.deep.include({
      from: "shop@example.com",
      to: ["ada@example.com"],
    });
    expect(server.messages[0]?.headers).to.include({
      subject: "Order 7",
      "message-id": String(body.data),
    });
    const [run] = await gateway.runs();
    expect(body.data).to.match(new RegExp(`^<${run?.id}\\.[0-9a-f]{16}@example\\.com>$`));
  });

  it("tries again what the server could not take, under the same Message-ID", async () => {
    answers = [refusing(451, "busy"), null];
    const { body } = await trigger({ to: "ada@example.com", id: 7 }).expect(200);
    const [run] = await gateway.runs();
    expect(run?.steps.map(({ attempt, status }) => [attempt, status])).to.deep.include.members([
      [1, "errored"],
      [2, "succeeded"],
    ]);
    expect(server.messages.map(({ headers }) => headers["message-id"])).to.deep.equal([body.data]);
  });

  it("does not try again what the server refused", async () => {
    answers = [refusing(554, "spam"), null];
    await trigger({ to: "ada@example.com", id: 7 }).expect(500);
    const [run] = await gateway.runs();
    expect(run?.steps[0]).to.deep.include({ attempt: 1, status: "errored" });
    expect(run?.steps[0]?.error).to.deep.include({
      code: "MAIL_FAILED",
      answered: { status: 554, body: "554 spam" },
    });
    expect(server.messages).to.deep.equal([]);
  });

  for (const values of [
    { to: "ada@example.com\r\nBcc: spy@example.com", id: 7 },
    { to: "ada@example.com, spy@example.com", id: 7 },
    { to: "ada@example.com", id: "7\r\nBcc: spy@example.com" },
  ]) {
    it(`sends nothing for ${JSON.stringify(values)} (header injection)`, async () => {
      await trigger(values).expect(500);
      const [run] = await gateway.runs();
      expect(run?.steps[0]?.error?.code).to.equal("BAD_STEP_CONFIG");
      expect(server.messages).to.deep.equal([]);
    });
  }
});

describe("a configuration with mail steps", () => {
  it("is refused at each of them where it names no server", async () => {
    const message = "no mail server is configured; name it under mail: { host, from }";
    expect(await problemsOf("mail: {}")).to.deep.equal([
      `7:17: workflows.a.steps.0.type: ${message}`,
      `8:17: workflows.a.steps.1.type: ${message}`,
    ]);
  });

  it("is refused at those that have no sender", async () => {
    expect(await problemsOf("mail: { host: localhost }")).to.deep.equal([
      "7:9: workflows.a.steps.0: from is missing, and so is mail.from",
    ]);
  });
});

const workflow = (port: number) => `
identity: none
mail: { host: 127.0.0.1, port: ${port}, from: Shop <shop@example.com> }
workflows:
  tell:
    trigger: { type: custom-action, collection: orders, sync: true }
    steps:
      - id: sent
        type: mail
        to: "\${{ trigger.data.to }}"
        subject: "Order \${{ trigger.data.id }}"
        text: Thank you
        retry: { attempts: 3, delay: 10ms }
      - { type: output, value: "\${{ steps.sent }}" }
`;

const problemsOf = async (mail: string) => {
  const yaml = `upstream: { url: "http://127.0.0.1:3000" }
${mail}
workflows:
  a:
    trigger: { type: subflow }
    steps:
      - { type: mail, to: ada@example.com, text: hi }
      - { type: mail, to: "\${{ trigger.data.to }}", from: shop@example.com, text: hi }
`;
  const { problems } = await inFolder({ "gateway.yaml": yaml }, (file) =>
    failureOf(readConfig(file, {}), ConfigError),
  );
  return problems.map(({ line, col, message }) => `${line}:${col}: ${message}`);
};
