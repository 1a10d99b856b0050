import { expect } from "chai";
import request from "supertest";
import { type TestGateway, startTestGateway } from "../support/gateway.ts";
import { type Answer, type TestUpstream, answerJson, startUpstream } from "../support/upstream.ts";

describe("a request step", () => {
  let gateway: TestGateway;
  let redirect = "";
  const answer: Answer = (asked, response) => {
    if (asked.url === "/move") response.writeHead(307, { location: redirect }).end();
    else answerJson(response, asked.url === "/files" ? 201 : 200, {});
  };
  before(async () => {
    const upstream: TestUpstream = await startUpstream(answer);
    gateway = await startTestGateway(workflows(upstream.url), { upstream });
  });
  after(() => gateway.stop());

  it("is not led to the gateway's own admin port by a redirect, to run a workflow there", async () => {
    redirect = `${gateway.adminUrl}/workflows/secret-work/run`;
    await request(gateway.url).post("/posts").send({}).expect(500);
    expect(await errors()).to.match(/EGRESS_DENIED/);
  });

  it("does not reach the gateway's own ports, though egress.allow lists them", async () => {
    for (const url of [
      gateway.url,
      gateway.adminUrl,
      gateway.adminUrl.replace("127.0.0.1", "127.1"),
    ]) {
      await request(gateway.url)
        .post("/notes")
        .send({ url: `${url}/healthz` })
        .expect(500);
      expect(await errors()).to.match(/EGRESS_DENIED/);
    }
  });

  it("is sent where its path says, whatever a client's values are", async () => {
    gateway.upstream.asked.length = 0;
    const body = { id: "../../posts/1?", role: "x&role=admin#" };
    await request(gateway.url).post("/files").send(body).expect(201);
    await request(gateway.url)
      .post("/files")
      .send({ ...body, id: ".." })
      .expect(500);
    expect(gateway.upstream.lines()).to.deep.equal([
      "GET /look/..%2F..%2Fposts%2F1%3F?role=x%26role%3Dadmin%23",
      "POST /files",
    ]);
  });

  it("errs where a header value has a line break in it", async () => {
    for (const value of ["a\r\nX-Admin: 1", "a\nb", "a\0"]) {
      await request(gateway.url).post("/heads").send({ value }).expect(500);
      expect(await errors()).to.match(/BAD_STEP_CONFIG/);
    }
  });

  async function errors(): Promise<string> {
    const [run, ...others] = await gateway.runs();
    const keys = [run, ...others].map((one) => one?.workflow);
    expect(keys).not.to.include("secret-work");
    return JSON.stringify(run?.error);
  }
});

const workflows = (upstream: string) => `
identity: none
egress: { allow: ["127.0.0.0/8"] }
workflows:
  moved:
    trigger: { type: pre-action, collection: posts, global: true, actions: [create] }
    steps:
      - { type: request, url: "${upstream}/move", body: {} }
  called:
    trigger: { type: pre-action, collection: notes, global: true, actions: [create] }
    steps:
      - { type: request, method: GET, url: "\${{ trigger.params.values.url }}" }
  looked:
    trigger: { type: pre-action, collection: files, global: true, actions: [create] }
    steps:
      - type: request
        method: GET
        url: "${upstream}/look/\${{ trigger.params.values.id }}?role=\${{ trigger.params.values.role }}"
  headed:
    trigger: { type: pre-action, collection: heads, global: true, actions: [create] }
    steps:
      - { type: response, headers: { X-Own: "\${{ trigger.params.values.value }}" } }
  secret-work:
    trigger: { type: subflow }
    steps: []
`;
