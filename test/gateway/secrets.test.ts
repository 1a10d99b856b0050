import { expect } from "chai";
import request from "supertest";
import { onBothStores } from "../support/both-stores.ts";
import { type TestGateway, startTestGateway } from "../support/gateway.ts";
import { type Answer, type TestUpstream, answerJson, startUpstream } from "../support/upstream.ts";

/** Texts that must never be found in the store. */
const HIDDEN = "HIDE-ME";
const SECRET = `${HIDDEN}/key +1"é`;

onBothStores("the history", () => {
  let gateway: TestGateway;
  before(async () => {
    const upstream: TestUpstream = await startUpstream(echo);
    const environment = { API_KEY: SECRET, BLANK: "   ", PASSWORD: `${HIDDEN}-environment` };
    gateway = await startTestGateway(workflows(upstream.url), { upstream, environment });
  });
  after(() => gateway.stop());
  afterEach(async () => {
    await gateway.runs();
    expect((await gateway.store.contents()).includes(HIDDEN)).to.equal(false);
    expect(JSON.stringify(await gateway.runs())).not.to.contain(HIDDEN);
  });

  it("holds no credential header of a request, nor its answer's, in whatever case", async () => {
    const names = words(`
Authorization Authentication Proxy-Authorization Cookie X-API-KEY
Ocp-Apim-Subscription-Key X-Auth-Key X-Functions-Key X-Session-Token X-Signature
X-Jwt Sessionid X-Iban
`);
    let call = request(gateway.url).post("/posts?triggerWorkflows=seen,later").send({});
    for (const name of names) call = call.set(name, HIDDEN);
    await call.set("Idempotency-Key", "mine").expect(200);
    const [asked] = gateway.upstream.asked;
    for (const name of names) expect(asked?.headers, name).to.include(name);
    const runs = await gateway.runs();
    for (const { trigger } of runs) {
      expect(trigger).to.have.nested.property("request.headers.idempotency-key", "mine");
      expect(trigger).not.to.have.nested.property("request.headers.x-auth-key");
      expect(trigger).not.to.have.nested.property("request.headers.x-iban");
    }
  });

  it("holds no secret of the query, named, nested, or in the JSON of a filter", async () => {
    const filter = encodeURIComponent(JSON.stringify({ password: HIDDEN, a: [{ pwd: HIDDEN }] }));
    const query = `filter=${filter}&a[password]=${HIDDEN}&b=c%26jwt%3D${HIDDEN}&token=${HIDDEN}&access_token=${HIDDEN}`;
    await request(gateway.url).post(`/posts?triggerWorkflows=seen&${query}`).send({}).expect(200);
    const [run] = await gateway.runs();
    expect(run?.trigger)
      .to.have.nested.property("request.query")
      .that.deep.equals({
        filter: '{"password":"[redacted]","a":[{"pwd":"[redacted]"}]}',
        a: { password: "[redacted]" },
        b: "c&jwt=[redacted]",
      });
    expect(run?.trigger).to.have.nested.property("params.filter.password", "[redacted]");
  });

  it("holds no secret field of a body, a form in a text among them", async () => {
    const text = `user=ada&password=${HIDDEN}`;
    const json = JSON.stringify({ deep: [{ userPwd: HIDDEN }] });
    await request(gateway.url)
      .post("/posts?triggerWorkflows=seen")
      .send({ sessionId: HIDDEN, text, json })
      .expect(200);
    const [run] = await gateway.runs();
    expect(run?.trigger).to.have.nested.property("params.values").that.deep.equals({
      sessionId: "[redacted]",
      text: "user=ada&password=[redacted]",
      json: '{"deep":[{"userPwd":"[redacted]"}]}',
    });
  });

  it("holds no spelling of a secret that a service echoes, nor does an answer of the gateway", async () => {
    const { body } = await request(gateway.url).post("/notes").send({}).expect(500);
    expect(JSON.stringify(body)).not.to.contain(HIDDEN);
    const [run] = await gateway.runs();
    expect(JSON.stringify(run)).not.to.contain(Buffer.from(HIDDEN).toString("base64").slice(0, 9));
    expect(run?.messages).to.deep.equal(['It said "[redacted]"']);
    expect(run?.error?.message).to.contain("[redacted]");
  });

  it("holds definitions as they are written, without what is written out in them", async () => {
    await request(gateway.url).post("/webhook:trigger/hooked").auth("pay", `${HIDDEN}-environment`);
    const [run] = await gateway.runs();
    const source = run?.definition.source as Record<string, unknown>;
    expect(source).to.have.nested.property("trigger.auth.basic.password", "${PASSWORD}");
    expect(source).to.have.nested.property("steps[0].headers.X-Functions-Key", "[redacted]");
    expect(source).to.have.nested.property("steps[0].headers.Authorization", "Bearer ${PASSWORD}");
    expect(source).to.have.nested.property(
      "steps[0].url",
      `${gateway.upstream.url}/echo?token=[redacted]`,
    );
    expect(run?.status).to.equal("succeeded");
    const sent = gateway.upstream.asked.at(-1);
    expect(sent?.headers).to.include(`${HIDDEN}-key`);
    expect(sent?.url).to.equal(`/echo?token=${HIDDEN}-token`);
  });
});

const words = (text: string) => text.trim().split(/\s+/);

/** Echoes the secret in every spelling, in its answer and in an answer's headers. */
const echo: Answer = (asked, response, body) => {
  if (asked.url?.endsWith("/1")) return answerJson(response, 400, {});
  const key = String(asked.headers["x-own"] ?? "");
  response.setHeader("set-cookie", `sid=${HIDDEN}`);
  response.setHeader("x-amz-signature", HIDDEN);
  const spelt = [
    Buffer.from(key, "latin1").toString(),
    ...["", "a", "ab"].map((before) => Buffer.from(before + SECRET).toString("base64")),
    Buffer.from(`u:${SECRET}`).toString("base64url"),
    encodeURIComponent(SECRET),
    JSON.stringify(SECRET),
  ];
  answerJson(response, 200, asked.url === "/spell" ? { spelt } : { id: 1, size: body.length });
};

const workflows = (upstream: string) => `
identity: none
redact: [x-iban]
workflows:
  seen: { trigger: { type: pre-action, collection: posts }, steps: [] }
  later: { trigger: { type: post-action, collection: posts }, steps: [] }
  spelt:
    trigger: { type: pre-action, collection: notes, global: true, actions: [create] }
    steps:
      - { id: blank, type: condition, if: secrets.BLANK == "" }
      - { id: call, type: request, url: "${upstream}/spell" }
      - { type: response-message, message: "It said \${{ steps.call.data.spelt[6] }}" }
      - { type: calculation, value: "\${{ secrets.API_KEY }}" }
      - { type: request, url: "http://127.0.0.1:1/\${{ secrets.API_KEY }}", ignoreFailure: true }
      - { type: query, collection: "\${{ secrets.API_KEY }}", key: "1" }
  hooked:
    trigger:
      type: webhook
      sync: true
      auth: { basic: { username: pay, password: "\${PASSWORD}" } }
    steps:
      - type: request
        url: "${upstream}/echo?token=${HIDDEN}-token"
        headers: { X-Functions-Key: "${HIDDEN}-key", Authorization: "Bearer \${PASSWORD}" }
`;
