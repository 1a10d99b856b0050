import { request as httpRequest } from "node:http";
import { once } from "node:events";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import request, { type Response, type Test } from "supertest";
import type { RunDetail } from "../../src/model/history.ts";
import { onBothStores } from "../support/both-stores.ts";
import { type TestGateway, startTestGateway } from "../support/gateway.ts";
import { startRelay } from "../support/relay.ts";
import { type Answer, answerJson } from "../support/upstream.ts";
import { until } from "../support/until.ts";

onBothStores("a webhook", () => {
  let gateway: TestGateway;
  before(async () => (gateway = await startTestGateway(workflows, { environment, answer: hang })));
  after(() => gateway.stop());

  const post = (path: string, body?: object | string) =>
    request(gateway.url).post(`/webhook:trigger/${path}`).send(body);
  const askedFor = (path: string) =>
    Promise.resolve(gateway.upstream.asked.some(({ url }) => `${url}?`.startsWith(path)));
  const runOf = async (answer: Response): Promise<RunDetail> => {
    const id = idIn(answer);
    const run = (await gateway.runs()).find((one) => one.id === id);
    if (run === undefined) throw new Error(`run ${id} is not recorded`);
    return run;
  };
  const runsOf = async (workflow: string) =>
    (await gateway.runs()).filter((run) => run.workflow === workflow);

  describe("is checked in order:", () => {
    it("a key that is unknown, disabled or another trigger's is 404, whatever the method", async () => {
      for (const key of ["nosuch", "off", "before", "constructor", "__proto__", ""]) {
        const answer = await post(key, {}).expect(404);
        expect(codesOf(answer)).to.deep.equal(["WORKFLOW_NOT_FOUND"]);
        await request(gateway.url).put(`/webhook:trigger/${key}`).expect(404);
      }
    });

    for (const method of ["get", "put", "patch", "delete"] as const) {
      it(`${method.toUpperCase()} is 405, before any credentials are asked for`, async () => {
        const answer = await request(gateway.url)[method]("/webhook:trigger/paid").expect(405);
        expect(answer.headers).to.include({ allow: "POST" });
        expect(codesOf(answer)).to.deep.equal(["METHOD_NOT_ALLOWED"]);
      });
    }

    it("a missing, wrong or half password is 401 with a challenge, whatever the body", async () => {
      const wrong = [
        post("paid").type("text/plain").send("x"),
        basic(post("paid"), "pay", "wrong").type("json").send("{"),
        basic(post("paid", {}), "other"),
        basic(post("paid", {}), "", ""),
        basic(post("paid", {}), "pay", "s3cret-"),
        post("paid", {}).set("Authorization", "Bearer s3cret-p"),
        post("paid", {}).set("Authorization", "Basic s3cret-p"),
      ];
      for (const test of wrong) {
        const answer = await test.expect(401);
        expect(answer.headers["www-authenticate"]).to.match(/^Basic realm="/);
        expect(codesOf(answer)).to.deep.equal(["UNAUTHENTICATED"]);
      }
    });

    for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/jsonp"]) {
      it(`a body of type ${type} is 415, also one that is not JSON or too large`, async () => {
        for (const body of ['{"a":1}', "{", "x".repeat(2_000)]) {
          const answer = await basic(post("paid")).type(type).send(body).expect(415);
          expect(codesOf(answer)).to.deep.equal(["UNSUPPORTED_MEDIA_TYPE"]);
        }
      });
    }

    it("a body without a type is 415", async () => {
      const answer = await raw("paid", authorization, "{}");
      expect(answer.status).to.equal(415);
    });

    it("a body that is malformed is 400, and so are names twice and __proto__", async () => {
      for (const body of ["{", '{"a":1,"a":2}', '{"__proto__":{}}', "\ufeff{}", "1e999"]) {
        const answer = await basic(post("paid")).type("json").send(body).expect(400);
        expect(codesOf(answer)).to.deep.equal(["BAD_JSON"]);
      }
    });

    it("a body over limits.body is 413, also when it is so only once unpacked, or states no length", async () => {
      const large = JSON.stringify({ a: "x".repeat(2_000) });
      await basic(post("paid")).type("json").send(large).expect(413);
      const json = { "Content-Type": "application/json", ...authorization };
      const packed = await raw("paid", { ...json, "Content-Encoding": "gzip" }, gzipSync(large));
      expect(packed.status).to.equal(413);
      const chunked = await raw("paid", { ...json, "Transfer-Encoding": "chunked" }, large);
      expect(chunked.status).to.equal(413);
    });

    it("a refused delivery leaves no run", async () => {
      expect(await runsOf("paid")).to.deep.equal([]);
      expect(gateway.upstream.asked).to.deep.equal([]);
    });
  });

  describe("takes", () => {
    it("application/json and +json, with a charset, and compressed", async () => {
      await post("seen", { a: 1 }).expect(200, { a: 1 });
      await post("seen")
        .type("application/cloudevents+json; charset=utf-8")
        .send('{"a":2}')
        .expect(200, { a: 2 });
      const headers = { "Content-Type": "application/json", "Content-Encoding": "gzip" };
      const answer = await raw("seen", headers, gzipSync('{"a":3}'));
      expect(answer.body).to.equal('{"a":3}');
    });

    it("an empty body as null, whatever its type", async () => {
      for (const type of ["application/json", "text/plain"]) {
        const answer = await post("seen-whole").set("Content-Type", type).expect(200);
        expect(answer.body).to.include({ body: null });
      }
      const chunked = { "Content-Type": "text/plain", "Transfer-Encoding": "chunked" };
      expect(await raw("seen-whole", chunked, "")).to.include({ status: 200 });
    });

    it("any JSON", async () => {
      for (const body of ["[1,2]", '"text"', "5", "false", "null"]) {
        const answer = await post("seen-whole").type("json").send(body).expect(200);
        expect(answer.body).to.deep.include({ body: JSON.parse(body) as unknown });
      }
    });

    it("its key in any spelling of the path, except below a record", async () => {
      await request(gateway.url).post("/webhook%3Atrigger/seen").send({ a: 1 }).expect(200);
      await request(gateway.url).post("/posts/1/webhook:trigger/seen").send({ a: 1 }).expect(404);
    });
  });

  describe("makes variables", () => {
    it("of everything except credentials where parse names nothing", async () => {
      const answer = await post("seen-whole?a[b]=1&token=t", { c: [1.5] })
        .set({ "X-Any": "1", Authorization: "Bearer b", Cookie: "c=1", "X-Api-Key": "k" })
        .expect(200);
      const { headers, ...rest } = answer.body as { headers: Record<string, string> };
      expect(rest).to.deep.equal({
        query: { a: { b: "1" } },
        body: { c: [1.5] },
        request: { method: "POST", path: "/webhook:trigger/seen-whole", ip: "127.0.0.1" },
      });
      expect(headers).to.include({ "x-any": "1", "content-type": "application/json" });
      expect(headers).not.to.have.any.keys("authorization", "cookie", "x-api-key");
    });

    it("of what parse names, with null for what is absent; nothing else is recorded", async () => {
      const path = "parsed?query[0][a]=x&query[0][b]=y&z=1";
      const body = { order: { total: 5, card: "4111" }, a: 1 };
      const answer = await post(path, body)
        .set({ "X-Request-Id": "r-1", "X-Other": "o" })
        .expect(200);
      const { trigger } = await runOf(answer);
      expect(trigger).to.deep.include({
        headers: { "x-request-id": "r-1", date: null },
        query: { first: "x", none: null },
        body: { a: 1, order: { total: 5 }, b: { c: null } },
      });
      expect(JSON.stringify(trigger)).not.to.match(/4111|"o"|"y"/);
    });

    it("and keeps no credential in the history", async () => {
      const answer = await basic(post("paid?token=t0ken", { password: "p4ss" })).expect(202);
      const text = JSON.stringify(await runOf(answer));
      expect(text).not.to.match(/s3cret-p|t0ken|p4ss/);
    });
  });

  describe("that is async", () => {
    it("is answered 200 with the text ok, its run and its request id, and is not forwarded", async () => {
      const answer = await post("plain", {}).set("X-Request-Id", "r-2").expect(200, "ok");
      expect(answer.headers["content-type"]).to.match(/^text\/plain/);
      expect(answer.headers)
        .to.include({ "x-request-id": "r-2" })
        .and.not.have.property("workflow-action");
      expect(answer.headers["workflow-runs"]).to.match(
        /^"plain";id="[0-9a-f-]{36}";status=queued$/,
      );
      const run = await runOf(answer);
      expect(run).to.include({ workflow: "plain", requestId: "r-2" });
      expect(gateway.upstream.asked).to.deep.equal([]);
    });

    it("is answered as its trigger says", async () => {
      const answer = await basic(post("paid", {})).expect(202, { taken: true });
      expect(answer.headers).to.include({ "x-seen": "1", "content-type": "application/json" });
    });

    it("may be answered without a body", async () => {
      const answer = await post("bodiless", {}).expect(204);
      expect(answer.text).to.equal("");
    });

    it("is in the store when it is answered", async () => {
      const answer = await post("plain", {}).expect(200);
      const runs = await gateway.store.ask(
        `select workflow from runs where id = '${idIn(answer)}'`,
      );
      expect(runs).to.deep.equal([{ workflow: "plain" }]);
    });

    it("runs after it was answered", async () => {
      const answer = await post("plain", {}).expect(200);
      await until(async () => (await runOf(answer)).status === "succeeded");
    });
  });

  describe("that is sync", () => {
    const cases: [key: string, status: number, body: unknown][] = [
      ["nothing", 200, {}],
      ["says", 200, { messages: [{ message: "Hello" }] }],
      ["gives", 200, { data: { n: 1 } }],
      ["ends-well", 200, { messages: [{ message: "Enough" }] }],
      ["refuses", 500, { errors: [{ message: "No" }] }],
      ["refuses-silently", 500, { errors: [{ message: "Refused by workflow refuses-silently" }] }],
      [
        "errs",
        500,
        {
          errors: [
            { message: "So far" },
            { message: "Workflow errs met an error", code: "WORKFLOW_ERROR" },
          ],
        },
      ],
      [
        "slow",
        504,
        { errors: [{ message: "Workflow slow took too long", code: "WORKFLOW_ERROR" }] },
      ],
    ];
    for (const [key, status, body] of cases) {
      it(`answers ${status} without a response step to the webhook “${key}”`, async () => {
        const answer = await post(key, {}).expect(status);
        expect(answer.body).to.deep.equal(body);
        expect(answer.headers["workflow-runs"]).to.match(new RegExp(`^"${key}";id=`));
        expect(answer.headers).not.to.have.property("workflow-action");
      });
    }

    it("answers as its response step says, which ends it", async () => {
      const answer = await post("responds", { text: "Grüße" }).expect(422);
      expect(answer.text).to.equal("Not Grüße");
      expect(answer.headers).to.include({ "x-own": "1" });
      expect(answer.headers["content-type"]).to.match(/^text\/plain/);
      expect(JSON.parse(String(answer.headers["workflow-messages"]))).to.deep.equal([
        { message: "First" },
      ]);
      const run = await runOf(answer);
      expect(run.status).to.equal("succeeded");
      expect(run.steps.map(({ path }) => path)).to.deep.equal(["response-message#0", "response#1"]);
    });

    it("is aborted when its sender goes away", async () => {
      const call = httpRequest(`${gateway.url}/webhook:trigger/waits`, { method: "POST" });
      call.on("error", () => undefined).end();
      await until(() => askedFor("/hang-long?"));
      call.destroy();
      await until(async () => (await runsOf("waits"))[0]?.status === "canceled");
    });
  });

  describe("that dedupes", () => {
    for (const kind of ["async", "sync"]) {
      it(`answers ${kind} deliveries that come again as the first, and runs nothing`, async () => {
        const send = () => post(`once-${kind}`, { id: "evt-1" });
        const first = await send();
        const again = await send();
        expect(first.headers["workflow-runs"]).to.match(/id=/);
        expect(again.headers).not.to.have.property("workflow-runs");
        expect([again.status, again.text]).to.deep.equal([first.status, first.text]);
        for (const name of ["content-type", "x-own", "workflow-messages"]) {
          expect(again.headers[name], name).to.equal(first.headers[name]);
        }
        const other = await post(`once-${kind}`, { id: "evt-2" });
        expect(other.headers["workflow-runs"]).to.match(/id=/);
        expect(await runsOf(`once-${kind}`)).to.have.length(2);
      });

      it(`answers ${kind} deliveries that come at one moment alike, and runs once`, async () => {
        const before = (await runsOf(`once-${kind}`)).length;
        const answers = await Promise.all(
          Array.from({ length: 5 }, () => post(`once-${kind}`, { id: "evt-3" })),
        );
        expect(new Set(answers.map(({ text }) => text)).size).to.equal(1);
        expect(answers.filter(({ headers }) => headers["workflow-runs"])).to.have.length(1);
        expect(await runsOf(`once-${kind}`)).to.have.length(before + 1);
      });

      it(`does not take the key of one ${kind} delivery for another that differs in half a character`, async () => {
        const before = (await runsOf(`once-${kind}`)).length;
        for (const half of ["\\ud800", "\\ud801", "\\ufffd"]) {
          await post(`once-${kind}`).type("json").send(`{"id":"${half}"}`);
        }
        expect(await runsOf(`once-${kind}`)).to.have.length(before + 3);
      });

      it(`runs each ${kind} delivery whose key is null or empty`, async () => {
        const before = (await runsOf(`once-${kind}`)).length;
        for (const id of [null, "", null, ""]) await post(`once-${kind}`, { id });
        expect(await runsOf(`once-${kind}`)).to.have.length(before + 4);
      });
    }

    it("tells the keys of one workflow from those of another", async () => {
      await post("once-async", { id: "evt-4" });
      const answer = await post("once-sync", { id: "evt-4" });
      expect(answer.headers["workflow-runs"]).to.match(/id=/);
    });

    it("takes a number and its text for the same key", async () => {
      await post("once-async", { id: 5 });
      const answer = await post("once-async", { id: "5" });
      expect(answer.headers).not.to.have.property("workflow-runs");
    });

    it("refuses a delivery whose key can't be computed, and does not say why", async () => {
      const answer = await post("once-async", {}).expect(400);
      expect(codesOf(answer)).to.deep.equal(["BAD_REQUEST"]);
      expect(answer.text).not.to.match(/trigger|body/);
    });

    it("answers a delivery that failed once more as it did before", async () => {
      const first = await post("once-fails", { id: 1 }).expect(500);
      const again = await post("once-fails", { id: 1 }).expect(500);
      expect(again.text).to.equal(first.text);
      expect(await runsOf("once-fails")).to.have.length(1);
    });

    it("runs a delivery anew once it is forgotten", async () => {
      await post("once-briefly", { id: 1 }).expect(200);
      await until(async () => {
        const { headers } = await post("once-briefly", { id: 1 });
        return headers["workflow-runs"] !== undefined;
      });
    });

    it("runs a delivery anew when the sender did not wait for the answer", async () => {
      const headers = { "Content-Type": "application/json" };
      const call = httpRequest(`${gateway.url}/webhook:trigger/once-waits`, {
        method: "POST",
        headers,
      });
      call.on("error", () => undefined).end('{"id":"a","slow":true}');
      await until(() => askedFor("/hang-once?"));
      const again = post("once-waits", { id: "a", slow: false });
      const answered = again.then((answer) => answer);
      call.destroy();
      expect((await answered).text).to.equal("done");
    });
  });

  it("needs no token, and runs without a user", async () => {
    await post("seen-whole", {}).set("X-Role", "admin").expect(200);
  });

  it("drops a depth that this gateway did not sign", async () => {
    await post("seen-whole", {}).set("Workflow-Depth", "9;abc").expect(200);
  });

  for (const key of ["calls-itself", "calls-itself-queued"]) {
    it(`named “${key}” is stopped when its depth is over the limit`, async () => {
      const relay = await startRelay(() => gateway.url);
      await post(key, { self: relay.url });
      // limits.depth is 2: the client's own, and two that it caused.
      await until(async () => {
        const runs = await runsOf(key);
        return runs.length === 3 && runs.every(({ finishedAt }) => finishedAt !== null);
      });
      await relay.stop();
      const [deepest] = await runsOf(key);
      expect(deepest?.error?.message).to.contain("508");
    });
  }

  describe("while the store can't be written to", () => {
    let isLost = false;
    const lose = async () => {
      await gateway.store.ask("alter table queue rename to queue_lost");
      isLost = true;
    };
    const find = async () => {
      if (isLost) await gateway.store.ask("alter table queue_lost rename to queue");
      isLost = false;
    };
    beforeEach(lose);
    afterEach(find);

    it("is answered 503, so that it is sent again", async () => {
      const answers = await Promise.all([post("plain", {}), post("once-async", { id: "evt-9" })]);
      for (const answer of answers) {
        expect(answer.status).to.equal(503);
        expect(codesOf(answer)).to.deep.equal(["STORE_UNAVAILABLE"]);
      }
      await find();
      const again = await post("once-async", { id: "evt-9" }).expect(200);
      expect(again.headers["workflow-runs"]).to.match(/id=/);
    });
  });

  /** A request with just these headers. */
  async function raw(
    path: string,
    headers: Record<string, string>,
    body: string | Buffer,
  ): Promise<{ status: number | undefined; body: string }> {
    const length = headers["Transfer-Encoding"]
      ? {}
      : { "Content-Length": Buffer.byteLength(body) };
    const call = httpRequest(`${gateway.url}/webhook:trigger/${path}`, {
      method: "POST",
      headers: { ...headers, ...length },
    });
    call.end(body);
    const [answer] = (await once(call, "response")) as [import("node:http").IncomingMessage];
    const text = (await answer.setEncoding("utf8").toArray()).join("");
    return { status: answer.statusCode, body: text };
  }
});

/** An upstream that never answers requests for `hang`. */
const hang: Answer = ({ url = "" }, response) => {
  if (!url.startsWith("/hang")) answerJson(response, 200, {});
};

const environment = { PAY_PASSWORD: "s3cret-p" };
const authorization = {
  Authorization: `Basic ${Buffer.from("pay:s3cret-p").toString("base64")}`,
};

const workflows = `
identity: { jwt: { secret: "a-secret-that-is-long-enough-for-hs256", algorithms: [HS256] } }
limits: { body: 1kb, depth: 2 }
egress: { allow: ["127.0.0.1"] }
workflows:
  "off": { enabled: false, trigger: { type: webhook }, steps: [] }
  before: { trigger: { type: pre-action, collection: posts }, steps: [] }
  paid:
    trigger:
      type: webhook
      auth: { basic: { username: pay, password: "\${PAY_PASSWORD}" } }
      response: { status: 202, headers: { X-Seen: "1" }, body: { taken: true } }
    steps: []
  plain: { trigger: { type: webhook }, steps: [{ type: log, message: seen }] }
  bodiless: { trigger: { type: webhook, response: { status: 204 } }, steps: [] }
  seen:
    trigger: { type: webhook, sync: true, parse: { body: [a] } }
    steps: [{ type: response, body: "\${{ trigger.body }}" }]
  seen-whole:
    trigger: { type: webhook, sync: true }
    steps: [{ type: response, body: "\${{ trigger }}" }]
  parsed:
    trigger:
      type: webhook
      sync: true
      parse:
        headers: [X-Request-Id, Date]
        query: { first: "query[0].a", none: a.b }
        body: [a, order.total, b.c]
    steps: []
  nothing: { trigger: { type: webhook, sync: true }, steps: [] }
  says: { trigger: { type: webhook, sync: true }, steps: [{ type: response-message, message: Hello }] }
  gives: { trigger: { type: webhook, sync: true }, steps: [{ type: output, value: { n: 1 } }] }
  ends-well:
    trigger: { type: webhook, sync: true }
    steps:
      - { type: response-message, message: Enough }
      - { type: end, status: succeeded }
      - { type: response-message, message: Too much }
  refuses:
    trigger: { type: webhook, sync: true }
    steps: [{ type: response-message, message: "No" }, { type: end, status: failed }]
  refuses-silently: { trigger: { type: webhook, sync: true }, steps: [{ type: condition, if: "false" }] }
  errs:
    trigger: { type: webhook, sync: true }
    steps:
      - { type: response-message, message: So far }
      - { type: calculation, value: "\${{ trigger.body.none }}" }
  slow: { timeout: 100ms, trigger: { type: webhook, sync: true }, steps: [{ type: query, collection: hang }] }
  waits: { trigger: { type: webhook, sync: true }, steps: [{ type: query, collection: hang-long }] }
  responds:
    trigger: { type: webhook, sync: true }
    steps:
      - { type: response-message, message: First }
      - { type: response, status: 422, headers: { X-Own: "1" }, body: "Not \${{ trigger.body.text }}" }
      - { type: log, message: never }
  calls-itself:
    trigger: { type: webhook, sync: true }
    steps: [{ type: request, url: "\${{ trigger.body.self }}/webhook:trigger/calls-itself", body: "\${{ trigger.body }}" }]
  calls-itself-queued:
    trigger: { type: webhook }
    steps: [{ type: request, url: "\${{ trigger.body.self }}/webhook:trigger/calls-itself-queued", body: "\${{ trigger.body }}" }]
  once-async:
    trigger: { type: webhook, dedupe: { key: "\${{ trigger.body.id }}", for: 1h } }
    steps: []
  once-sync:
    trigger: { type: webhook, sync: true, dedupe: { key: "\${{ trigger.body.id }}", for: 1h } }
    steps:
      - { type: response-message, message: Taken }
      - { type: response, status: 201, headers: { X-Own: "1" }, body: { at: "\${{ run.id }}" } }
  once-fails:
    trigger: { type: webhook, sync: true, dedupe: { key: "\${{ trigger.body.id }}" } }
    steps: [{ type: calculation, value: "\${{ trigger.body.none }}" }]
  once-briefly:
    trigger: { type: webhook, dedupe: { key: "\${{ trigger.body.id }}", for: 300ms } }
    steps: []
  once-waits:
    trigger: { type: webhook, sync: true, dedupe: { key: "\${{ trigger.body.id }}" } }
    steps:
      - { type: query, if: trigger.body.slow, collection: hang-once }
      - { type: response, body: done }
`;

function basic(test: Test, user = "pay", password = "s3cret-p"): Test {
  return test.auth(user, password);
}

/** The id of the run that an answer tells. */
const idIn = ({ headers }: Response) =>
  /id="([^"]+)"/.exec(String(headers["workflow-runs"]))?.[1] ?? "";

const codesOf = ({ body }: Response) =>
  (body as { errors: { code?: string }[] }).errors.map(({ code }) => code);
