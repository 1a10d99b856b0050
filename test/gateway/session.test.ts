import { expect } from "chai";
import request from "supertest";
import { onBothStores } from "../support/both-stores.ts";
import { type TestGateway, startTestGateway } from "../support/gateway.ts";
import { type Answer, answerJson } from "../support/upstream.ts";

onBothStores("a session that is renewed when the upstream is asked who is calling", () => {
  let gateway: TestGateway;
  let caller = 0;
  before(async () => (gateway = await startTestGateway(workflows, { answer })));
  after(() => gateway.stop());

  /** Calls with a session of its own, since a session is renewed once. */
  const post = (path: string, body: object = {}) =>
    request(gateway.url).post(path).set("Cookie", `sid=${++caller}`).send(body);

  const ways: [string, string, object, number][] = [
    ["the upstream, streamed", "/posts", {}, 201],
    ["the upstream, read", "/notes", {}, 201],
    ["a workflow that refuses", "/posts", { bad: true }, 400],
    ["a workflow that errs", "/posts", { bad: 1 }, 500],
    ["a custom action", "/posts:trigger?triggerWorkflows=act", {}, 200],
    ["an error of the gateway", "/posts:trigger?triggerWorkflows=nosuch", {}, 404],
    ["an error before any workflow", "/posts:trigger", {}, 400],
  ];
  for (const [who, path, body, status] of ways) {
    it(`reaches the client with the answer of ${who}`, async () => {
      const { headers } = await post(path, body).expect(status);
      expect(headers["x-new-token"]).to.equal("renewed");
      expect(headers["x-own"]).to.equal("passed");
      expect([headers["set-cookie"]].flat()).to.include("sid=renewed");
      expect(headers).not.to.have.property("x-internal");
    });
  }

  it("leaves what the upstream's answer says itself in force", async () => {
    const { headers } = await post("/posts?own=1").expect(201);
    expect(headers["x-new-token"]).to.equal("newest");
    expect(headers["set-cookie"]).to.deep.equal(["sid=renewed", "sid=newest"]);
  });

  it("is the caller that guards see, by cookie and by ?access_token=", async () => {
    await post("/posts").expect(201);
    await request(gateway.url).post("/posts?access_token=t").send({}).expect(201);
    const [run] = await gateway.runs();
    expect(run?.trigger).to.have.nested.property("user.id", 1);
    expect(run?.trigger).to.have.nested.property("roleName", "editor");
    expect(run?.trigger).not.to.have.nested.property("request.query.access_token");
    expect(gateway.upstream.lines()).to.include("POST /posts?access_token=t");
    await request(gateway.url).post("/posts").send({}).expect(401);
  });

  it("is 502 when the upstream can't say who is calling", async () => {
    await request(gateway.url).post("/posts").set("Cookie", "broken=1").send({}).expect(502);
  });
});

const answer: Answer = (asked, response) => {
  if (asked.url?.startsWith("/me")) {
    if (asked.headers.cookie === "broken=1") return response.destroy() && undefined;
    const headers = ["X-New-Token", "renewed", "Set-Cookie", "sid=renewed", "X-Own", "passed"];
    response.writeHead(200, [...headers, "X-Internal", "1", "Content-Type", "application/json"]);
    return void response.end(JSON.stringify({ data: { id: 1, role: { name: "editor" } } }));
  }
  if (asked.url?.includes("own=1")) {
    response.setHeader("X-New-Token", "newest").setHeader("Set-Cookie", "sid=newest");
  }
  answerJson(response, 201, { id: 7 });
};

const workflows = `
identity:
  - introspect: { path: /me, user: /data, currentRole: /data/role, pass: [X-Own] }
workflows:
  guard:
    trigger: { type: pre-action, collection: posts, global: true, actions: [create] }
    steps:
      - type: condition
        if: "!(trigger.params.values.?bad.orValue(false))"
  after:
    trigger: { type: post-action, collection: notes, global: true, actions: [create] }
    steps: []
  act:
    trigger: { type: custom-action, collection: posts, sync: true }
    steps: []
`;
