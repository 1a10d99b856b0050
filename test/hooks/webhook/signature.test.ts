import { createHmac } from "node:crypto";
import { expect } from "chai";
import { Webhook } from "standardwebhooks";
import { signatureCheck } from "../../../src/hooks/webhook/signature.ts";
import { isStandardSecret } from "../../../src/triggers/standard-secret.ts";
import type { WebhookSignature } from "../../../src/model/webhook.ts";

describe("a signature of standard-webhooks", () => {
  const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  const check = checkOf({ scheme: "standard-webhooks", secret });
  const signed = (bytes: Buffer, time = TIME, id = "msg_1") => ({
    "webhook-id": id,
    "webhook-timestamp": String(time),
    "webhook-signature": new Webhook(secret).sign(id, new Date(time * 1_000), bytes),
  });

  it("is taken", () => expect(check(BODY, signed(BODY))).to.equal(true));

  it("is the one of the specification's own example", () => {
    const example = Buffer.from('{"test": 2432232314}');
    const headers = {
      "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
      "webhook-timestamp": "1614265330",
      "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    };
    const then = checkOf({ scheme: "standard-webhooks", secret }, 1_614_265_330);
    expect(then(example, headers)).to.equal(true);
  });

  it("is taken where it is one of several", () => {
    const headers = signed(BODY);
    const several = `v1,${"A".repeat(44)} v1a,x ${headers["webhook-signature"]}`;
    expect(check(BODY, { ...headers, "webhook-signature": several })).to.equal(true);
  });

  it("of another body, id, time or version is refused, and so is a missing one", () => {
    const headers = signed(BODY);
    expect(check(Buffer.from("{}"), headers)).to.equal(false);
    expect(check(BODY, { ...headers, "webhook-id": "msg_2" })).to.equal(false);
    expect(check(BODY, { ...headers, "webhook-timestamp": String(TIME + 1) })).to.equal(false);
    const v2 = headers["webhook-signature"].replace("v1,", "v2,");
    expect(check(BODY, { ...headers, "webhook-signature": v2 })).to.equal(false);
    for (const name of Object.keys(headers)) {
      expect(check(BODY, { ...headers, [name]: undefined })).to.equal(false);
    }
  });

  it("replayed after the tolerance, or of the future, is refused", () => {
    expect(check(BODY, signed(BODY, TIME - 300))).to.equal(true);
    expect(check(BODY, signed(BODY, TIME - 301))).to.equal(false);
    expect(check(BODY, signed(BODY, TIME + 301))).to.equal(false);
  });

  it("is taken for as long as the configured tolerance says, shorter or longer", () => {
    const wide = checkOf({ scheme: "standard-webhooks", secret, tolerance: 3_600_000 });
    const narrow = checkOf({ scheme: "standard-webhooks", secret, tolerance: 1_000 });
    expect(wide(BODY, signed(BODY, TIME - 3_000))).to.equal(true);
    expect(narrow(BODY, signed(BODY, TIME - 2))).to.equal(false);
  });

  it("over bytes that are not text is refused, since other bytes would have the same one", () => {
    const bytes = Buffer.from([0x22, 0xff, 0x22]);
    expect(check(bytes, signed(bytes))).to.equal(false);
  });

  it("is made with a secret in base64", () => {
    expect(isStandardSecret(secret)).to.equal(true);
    expect(isStandardSecret("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")).to.equal(true);
    expect(isStandardSecret("no base64!")).to.equal(false);
    expect(isStandardSecret("whsec_")).to.equal(false);
  });
});

describe("a signature of GitHub", () => {
  const check = checkOf({ scheme: "github", secret: "s" });

  it("is taken, in either case of its digits", () => {
    const digest = hmac("s", BODY, "hex");
    expect(check(BODY, { "x-hub-signature-256": `sha256=${digest}` })).to.equal(true);
    expect(check(BODY, { "x-hub-signature-256": `sha256=${digest.toUpperCase()}` })).to.equal(true);
  });

  it("is that of GitHub's own example", () => {
    const example = checkOf({ scheme: "github", secret: "It's a Secret to Everybody" });
    const digest = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    const headers = { "x-hub-signature-256": `sha256=${digest}` };
    expect(example(Buffer.from("Hello, World!"), headers)).to.equal(true);
  });

  it("without its prefix, of another secret or body, cut or missing is refused", () => {
    const digest = hmac("s", BODY, "hex");
    const wrong = [
      digest,
      `sha1=${digest}`,
      `sha256=${hmac("t", BODY, "hex")}`,
      `sha256=${hmac("s", Buffer.from("{}"), "hex")}`,
      `sha256=${digest.slice(0, -1)}`,
      `sha256=${digest}00`,
      "sha256=",
      "",
      undefined,
    ];
    for (const value of wrong) {
      expect(check(BODY, { "x-hub-signature-256": value }), value).to.equal(false);
    }
  });
});

describe("a signature of Stripe", () => {
  const check = checkOf({ scheme: "stripe", secret: "whsec_s" });

  it("is taken, also where it is one of several", () => {
    expect(check(BODY, { "stripe-signature": `t=${TIME},v1=${v1(TIME)}` })).to.equal(true);
    const several = `t=${TIME},v1=${v1(TIME, "old")},v1=${v1(TIME)},v0=x`;
    expect(check(BODY, { "stripe-signature": several })).to.equal(true);
  });

  it("of another time, secret or version, too old or without its parts is refused", () => {
    const old = TIME - 301;
    const wrong = [
      `t=${TIME + 1},v1=${v1(TIME)}`,
      `t=${TIME},v1=${v1(TIME, "other")}`,
      `t=${TIME},v0=${v1(TIME)}`,
      `t=${old},v1=${v1(old)}`,
      `v1=${v1(TIME)}`,
      `t=${TIME}`,
      `t=x,v1=${v1(TIME)}`,
      "",
      undefined,
    ];
    for (const value of wrong) expect(check(BODY, { "stripe-signature": value })).to.equal(false);
  });
});

describe("a plain HMAC", () => {
  it("stands in the header, with the prefix and in the encoding that are configured", () => {
    const own = { header: "x-pay", encoding: "base64", prefix: "v1:" } as const;
    const check = checkOf({ scheme: "hmac-sha256", secret: "s", ...own });
    const digest = hmac("s", BODY, "base64");
    expect(check(BODY, { "x-pay": `v1:${digest}` })).to.equal(true);
    expect(check(BODY, { "x-pay": digest })).to.equal(false);
    expect(check(BODY, { "x-pay": `v1:${digest.toLowerCase()}` })).to.equal(false);
    expect(check(BODY, { "x-pay": `v1:${hmac("s", BODY, "hex")}` })).to.equal(false);
    expect(check(BODY, { "x-signature": `v1:${digest}` })).to.equal(false);
  });

  it("covers every byte, also of a body that is not text", () => {
    const check = checkOf({ scheme: "hmac-sha256", secret: "s" });
    const [one, other] = [Buffer.from([0xff]), Buffer.from([0xfe])];
    expect(check(one, { "x-signature": hmac("s", one, "hex") })).to.equal(true);
    expect(check(other, { "x-signature": hmac("s", one, "hex") })).to.equal(false);
  });

  it("of an empty body is taken too", () => {
    const check = checkOf({ scheme: "hmac-sha256", secret: "s" });
    const none = Buffer.alloc(0);
    expect(check(none, { "x-signature": hmac("s", none, "hex") })).to.equal(true);
    expect(check(none, {})).to.equal(false);
  });
});

/** In seconds. */
const TIME = 1_700_000_000;
const BODY = Buffer.from('{"id": 1, "größe": 1.0}');

/** The text that Stripe signs: the time and the body. */
const v1 = (time: number, secret = "whsec_s") =>
  hmac(secret, Buffer.concat([Buffer.from(`${time}.`), BODY]), "hex");

const hmac = (secret: string, bytes: Buffer, encoding: "hex" | "base64") =>
  createHmac("sha256", secret).update(bytes).digest(encoding);

function checkOf(
  own: Pick<WebhookSignature, "scheme" | "secret"> & Partial<WebhookSignature>,
  time = 1_700_000_000,
) {
  const whole = { tolerance: 300_000, header: "x-signature", encoding: "hex", prefix: "" } as const;
  return signatureCheck({ ...whole, ...own }, () => new Date(time * 1_000));
}
