import { request as httpRequest } from "node:http";
import { text } from "node:stream/consumers";
import { expect } from "chai";
import { type TestGateway, startTestGateway } from "../support/gateway.ts";
import { answerJson } from "../support/upstream.ts";

describe("a request that asks for an upgrade", () => {
  let gateway: TestGateway;
  before(async () => {
    gateway = await startTestGateway(configuration, {
      answer: (_request, response) => answerJson(response, 200, { data: { id: 1 } }),
    });
  });
  beforeEach(() => void gateway.upstream.asked.splice(0));
  after(() => gateway.stop());

  const ask = (method: string, path: string, headers: object, body = "") =>
    new Promise<{ status: number; body: string }>((resolve, reject) => {
      const request = httpRequest(gateway.url + path, { method, headers: { ...headers } });
      request.once("error", reject).once("response", (response) => {
        text(response).then(
          (answer) => resolve({ status: response.statusCode ?? 0, body: answer }),
          reject,
        );
      });
      request.once("upgrade", () => reject(new Error("it was upgraded")));
      request.end(body);
    });

  it("is no way around a guard: a GET for a destroy is 405, as without it", async () => {
    const { status } = await ask("GET", "/api/posts:destroy?filterByTk=1", websocket);
    expect(status).to.equal(405);
    expect(gateway.upstream.asked).to.deep.equal([]);
  });

  it("is no way around a guard: a POST is seen by its workflows", async () => {
    const sent = { ...websocket, "content-type": "application/json" };
    const { status, body } = await ask("POST", "/api/posts:create", sent, '{"title":"ab"}');
    expect([status, JSON.parse(body)]).to.deep.equal([400, { errors: [{ message: "No" }] }]);
    expect(gateway.upstream.asked).to.deep.equal([]);
  });

  it("is no way around a guard: a method override is removed", async () => {
    const sent = { ...websocket, "x-http-method-override": "DELETE" };
    await ask("GET", "/api/posts:get?filterByTk=1", sent);
    const [asked] = gateway.upstream.asked;
    expect(asked?.headers.map((name) => name.toLowerCase())).not.to.include(
      "x-http-method-override",
    );
  });

  it("to h2c, as clients that can speak HTTP/2 send it, is answered in HTTP/1.1", async () => {
    const h2c = { connection: "Upgrade, HTTP2-Settings", upgrade: "h2c", "http2-settings": "AA" };
    expect(await ask("GET", "/api/notes:list", h2c)).to.deep.equal({
      status: 200,
      body: '{"data":{"id":1}}',
    });
    const { status } = await ask("POST", "/api/notes:create", h2c, "a body");
    expect(status).to.equal(200);
    expect(gateway.upstream.asked.map(({ body }) => String(body))).to.deep.equal(["", "a body"]);
  });
});

const websocket = {
  connection: "Upgrade",
  upgrade: "websocket",
  "sec-websocket-version": "13",
  "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
};

const configuration = `
upstream: { api: nocobase }
workflows:
  no:
    trigger: { type: pre-action, collection: posts, global: true, actions: [create, destroy] }
    steps: [{ type: response-message, message: "No" }, { type: end, status: failed }]
`;
