import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { expect } from "chai";
import request from "supertest";
import { type TestGateway, startTestGateway } from "../support/gateway.ts";
import { rawRequest } from "../support/raw-request.ts";

describe("an attacker at a guarded gateway", () => {
  let gateway: TestGateway;
  before(async () => (gateway = await startTestGateway(configuration)));
  beforeEach(() => void gateway.upstream.asked.splice(0));
  after(() => gateway.stop());

  /** Of the request that the upstream got, in lower case. */
  const headerNames = () =>
    (gateway.upstream.asked[0]?.headers ?? [])
      .filter((_text, at) => at % 2 === 0)
      .map((name) => name.toLowerCase());

  for (const name of [
    "X-Original-URL",
    "X-Rewrite-URL",
    "SCRIPT_NAME",
    "PATH_INFO",
    "Some_Header",
  ]) {
    it(`can't steer the upstream to another path by ${name}`, async () => {
      await request(gateway.url).post("/open/x").set(name, "/posts").send("{}").expect(200);
      expect(gateway.upstream.asked).to.have.length(1);
      expect(headerNames()).to.include("host").and.not.include(name.toLowerCase());
    });
  }

  it("meets a header that is to be kept where it is", async () => {
    await request(gateway.url).post("/open/x").set("X-Forwarded-Prefix", "/shop").send("{}");
    expect(headerNames()).to.include("x-forwarded-prefix");
  });

  it("can't name two hosts", async () => {
    const { hostname, port, host } = new URL(gateway.url);
    const socket = connect(Number(port), hostname);
    socket.write(`GET /open HTTP/1.1\r\nHost: ${host}\r\nHost: other\r\nConnection: close\r\n\r\n`);
    const answer = await text(socket);
    expect(answer)
      .to.match(/^HTTP\/1.1 400 /)
      .and.include('"code":"BAD_REQUEST"');
    expect(gateway.upstream.asked).to.deep.equal([]);
  });

  for (const [method, path] of [
    ["POST", "/graphql"],
    ["POST", "/%67raphql/"],
    ["GET", "/x/../graphql"],
    ["POST", "/utils/import/posts"],
  ] as const) {
    it(`finds ${method} ${path} closed`, async () => {
      const answer = await rawRequest(gateway.url, method, path);
      expect(answer.status).to.equal(403);
      expect(JSON.parse(answer.body.toString())).to.deep.equal({
        errors: [{ message: "This path is closed", code: "CLOSED" }],
      });
      expect(gateway.upstream.asked).to.deep.equal([]);
    });
  }

  it("finds no way around a guard by a route outside the prefix", async () => {
    await request(gateway.url).patch("/users/1").send({ name: "x" }).expect(400);
    await request(gateway.url).patch("/USERS/1").send({ name: "x" }).expect(400);
    expect((await rawRequest(gateway.url, "PATCH", "/x/../users/1")).status).to.equal(400);
    expect(gateway.upstream.asked).to.deep.equal([]);
  });
});

const configuration = `
upstream: { keepHeaders: [X-Forwarded-Prefix] }
identity: none
closed: [/graphql, "/utils/import/*"]
routes: [{ method: PATCH, path: /users/:key, collection: people, action: update }]
workflows:
  guard:
    trigger: { type: pre-action, collection: posts, global: true, actions: [create, update, destroy] }
    steps: [{ type: end, status: failed }]
  people:
    trigger: { type: pre-action, collection: people, global: true, actions: [update] }
    steps: [{ type: end, status: failed }]
`;
