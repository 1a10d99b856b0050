import { createHmac } from "node:crypto";
import { expect } from "chai";
import request, { type Response } from "supertest";
import { onBothStores } from "../support/both-stores.ts";
import { type TestGateway, startTestGateway } from "../support/gateway.ts";

onBothStores("a delivery with a signature", () => {
  let gateway: TestGateway;
  before(async () => (gateway = await startTestGateway(workflows)));
  after(() => gateway.stop());

  const post = (path: string, content?: object) =>
    request(gateway.url).post(`/webhook:trigger/${path}`).send(content);

  for (const key of ["by-standard", "by-github", "by-stripe", "by-hmac", "by-own-hmac"]) {
    it(`for the webhook “${key}” is taken over the very bytes that came, and refused over any others`, async () => {
      const signed = headersOf(key, body);
      await post(key).type("json").set(signed).send(body).expect(200, "ok");
      const again = JSON.stringify(JSON.parse(body));
      for (const headers of [{}, headersOf(key, again)]) {
        const answer = await post(key).type("json").set(headers).send(body).expect(401);
        expect(answer.headers).not.to.have.property("www-authenticate");
        expect(codesOf(answer)).to.deep.equal(["UNAUTHENTICATED"]);
      }
    });
  }

  for (const key of ["by-standard", "by-stripe"]) {
    it(`for the webhook “${key}” is refused when it is replayed after the tolerance`, async () => {
      const old = headersOf(key, body, seconds() - 301);
      await post(key).type("json").set(old).send(body).expect(401);
    });
  }

  it("is refused for the signature before the body is looked at", async () => {
    await post("by-github").type("text/plain").send("{").expect(401);
    await post("by-github").type("json").send("{").expect(401);
    const signed = headersOf("by-github", "{");
    await post("by-github").set(signed).type("text/plain").send("{").expect(415);
    await post("by-github").set(signed).type("json").send("{").expect(400);
  });

  it("may have an empty body", async () => {
    await post("by-github").expect(401);
    await post("by-github").set(headersOf("by-github", "")).expect(200);
  });

  it("leaves no secret and no signature of its own in an answer", async () => {
    const answer = await post("by-hmac", {}).set("X-Signature", "abc").expect(401);
    expect(answer.text).not.to.match(/s3cret|abc/);
  });
});

const body = '{ "n": 1.0, "text": "größe" }';

const sign = (secret: string, text: string | Buffer, encoding: "hex" | "base64" = "hex") =>
  createHmac("sha256", secret).update(text).digest(encoding);
const seconds = () => Math.floor(Date.now() / 1_000);

/** The headers that sign a body, by the workflow's key. */
const headersOf = (key: string, text: string, time = seconds()): Record<string, string> =>
  schemes[key]?.(text, String(time)) ?? {};

const schemes: Record<string, (text: string, time: string) => Record<string, string>> = {
  "by-standard": (text, time) => ({
    "webhook-id": "msg_1",
    "webhook-timestamp": time,
    "webhook-signature": `v1,${createHmac("sha256", Buffer.from("c2VjcmV0LWtleQ==", "base64"))
      .update(`msg_1.${time}.${text}`)
      .digest("base64")}`,
  }),
  "by-github": (text) => ({ "X-Hub-Signature-256": `sha256=${sign("gh", text)}` }),
  "by-stripe": (text, time) => ({
    "Stripe-Signature": `t=${time},v1=${sign("st", `${time}.${text}`)}`,
  }),
  "by-hmac": (text) => ({ "X-Signature": sign("hm-s3cret", text) }),
  "by-own-hmac": (text) => ({ "X-Own": `v1:${sign("hm-s3cret", text, "base64")}` }),
};

const workflows = `
identity: none
workflows:
  by-standard:
    trigger: { type: webhook, auth: { signature: { scheme: standard-webhooks, secret: whsec_c2VjcmV0LWtleQ== } } }
    steps: []
  by-github: { trigger: { type: webhook, auth: { signature: { scheme: github, secret: gh } } }, steps: [] }
  by-stripe: { trigger: { type: webhook, auth: { signature: { scheme: stripe, secret: st } } }, steps: [] }
  by-hmac: { trigger: { type: webhook, auth: { signature: { scheme: hmac-sha256, secret: hm-s3cret } } }, steps: [] }
  by-own-hmac:
    trigger:
      type: webhook
      auth: { signature: { scheme: hmac-sha256, secret: hm-s3cret, header: X-Own, encoding: base64, prefix: "v1:" } }
    steps: []
`;

const codesOf = ({ body: received }: Response) =>
  (received as { errors: { code?: string }[] }).errors.map(({ code }) => code);
