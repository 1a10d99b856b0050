import { expect } from "chai";
import request from "supertest";
import { type TestGateway, startTestGateway } from "../support/gateway.ts";
import { answerJson } from "../support/upstream.ts";

describe("an upstream whose answer stalls behind its head", () => {
  let gateway: TestGateway;
  before(async () => {
    gateway = await startTestGateway(configuration, {
      answer({ url }, response) {
        if (url === "/posts/1") {
          const timer = setInterval(() => response.writeProcessing(), 50);
          return void response.once("close", () => clearInterval(timer));
        }
        if (url === "/checks") return answerJson(response, 201, { id: 1 });
        response.writeHead(200, { "content-type": "application/json", "content-length": 9 });
        response.write('{"id"');
      },
    });
  });
  after(() => gateway.stop());

  it("is 504 where post-actions wait for the record, and their runs are unconfirmed", async () => {
    const { body } = await request(gateway.url).post("/posts").send({ title: "x" }).expect(504);
    expect(body).to.have.nested.property("errors[0].code", "UPSTREAM_TIMEOUT");
    expect(await statusesOf("react")).to.deep.equal(["unconfirmed"]);
  });

  it("is 504 where interim answers come and no other, and its runs are unconfirmed", async () => {
    const { body, headers } = await request(gateway.url).patch("/posts/1").send({}).expect(504);
    expect(body).to.have.nested.property("errors[0].code", "UPSTREAM_TIMEOUT");
    expect(headers).to.have.property("workflow-action", "performed");
    expect(await statusesOf("change")).to.deep.equal(["unconfirmed"]);
  });

  it("fails the step that reads a record", async () => {
    await request(gateway.url).post("/checks").send({}).expect(500);
    expect(await statusesOf("look")).to.deep.equal(["errored"]);
  });

  const statusesOf = async (workflow: string) =>
    (await gateway.runs()).filter((run) => run.workflow === workflow).map(({ status }) => status);
});

const configuration = `
upstream: { timeout: 300ms }
identity: none
workflows:
  change:
    trigger: { type: post-action, collection: posts, global: true, actions: [update] }
    steps: []
  react:
    trigger: { type: post-action, collection: posts, global: true, actions: [create] }
    steps: []
  look:
    trigger: { type: pre-action, collection: checks, global: true, actions: [create] }
    steps: [{ type: query, collection: posts, key: 1 }]
`;
