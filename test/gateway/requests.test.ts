import { gzipSync } from "node:zlib";
import { expect } from "chai";
import request from "supertest";
import { onBothStores } from "../support/both-stores.ts";
import { type TestGateway, startTestGateway } from "../support/gateway.ts";
import { sendWhile } from "../support/send-while.ts";
import { type Answer, answerJson } from "../support/upstream.ts";

onBothStores("a request to the gateway", () => {
  let gateway: TestGateway;
  before(async () => (gateway = await startTestGateway(workflows, { answer })));
  beforeEach(() => void gateway.upstream.asked.splice(0));
  after(() => gateway.stop());

  const send = (type: string, body: string | Buffer, path = "/posts") =>
    request(gateway.url)
      .post(path)
      .set("Content-Type", type)
      .serialize((text: unknown) => text as string)
      .send(body as string);

  describe("whose body a workflow must read", () => {
    it("is taken as JSON when curl declares it a form, and forwarded as JSON", async () => {
      await send("application/x-www-form-urlencoded", '{"title":"Good"}').expect(201);
      const [asked] = gateway.upstream.asked;
      expect(String(asked?.body)).to.equal('{"title":"Good"}');
      expect(asked?.headers).to.include("application/json");
      expect(asked?.headers).not.to.include("application/x-www-form-urlencoded");
    });

    it("may be a form, which stays a form", async () => {
      await send("application/x-www-form-urlencoded", "title=Good&x=1").expect(201);
      expect(String(gateway.upstream.asked[0]?.body)).to.equal("title=Good&x=1");
    });

    it("may be compressed, and goes on as it came", async () => {
      const packed = gzipSync('{"title":"ab"}');
      await send("application/json", packed).set("Content-Encoding", "gzip").expect(400);
      const good = gzipSync('{"title":"Good"}');
      await send("application/json", good).set("Content-Encoding", "gzip").expect(201);
      expect(gateway.upstream.asked[0]?.body.equals(good)).to.equal(true);
      expect(gateway.upstream.asked[0]?.headers).to.include("gzip");
    });

    const refused: [string, string, string | Buffer, Record<string, string>, number, string][] = [
      ["malformed JSON", "application/json", '{"title":', {}, 400, "BAD_JSON"],
      ["one name twice", "application/json", '{"title":"ab","title":"Good"}', {}, 400, "BAD_JSON"],
      [
        "one name twice, spelt otherwise",
        "application/json",
        '{"title":"ab","t\\u0069tle":"x"}',
        {},
        400,
        "BAD_JSON",
      ],
      [
        "a __proto__ name",
        "application/json",
        '{"title":"Good","__proto__":{}}',
        {},
        400,
        "BAD_JSON",
      ],
      ["a byte order mark", "application/json", '\ufeff{"title":"Good"}', {}, 400, "BAD_JSON"],
      [
        "a number beyond a double",
        "application/json",
        '{"title":"Good","n":1e999}',
        {},
        400,
        "BAD_JSON",
      ],
      [
        "nesting over 100",
        "application/json",
        "[".repeat(101) + "]".repeat(101),
        {},
        400,
        "BAD_JSON",
      ],
      [
        "a charset other than UTF-8",
        "application/json; charset=latin1",
        '{"title":"Good"}',
        {},
        415,
        "UNSUPPORTED_MEDIA_TYPE",
      ],
      [
        "an unknown encoding",
        "application/json",
        "{}",
        { "Content-Encoding": "zstd" },
        415,
        "UNSUPPORTED_MEDIA_TYPE",
      ],
      [
        "too many bytes",
        "application/json",
        `{"title":"${"x".repeat(2000)}"}`,
        {},
        413,
        "BODY_TOO_LARGE",
      ],
      [
        "too many bytes once unpacked",
        "application/json",
        gzipSync(`{"title":"${"x".repeat(200_000)}"}`),
        { "Content-Encoding": "gzip" },
        413,
        "BODY_TOO_LARGE",
      ],
    ];
    for (const [what, type, body, headers, status, code] of refused) {
      it(`is refused for ${what}; nothing is forwarded, and nothing runs`, async () => {
        const before = (await gateway.runs()).length;
        const answer = await send(type, body).set(headers).expect(status);
        expect(answer.body).to.have.nested.property("errors[0].code", code);
        expect(answer.headers["content-type"]).to.contain("application/json");
        expect(answer.headers["workflow-action"]).to.equal("intercepted");
        expect(gateway.upstream.asked).to.deep.equal([]);
        expect(await gateway.runs()).to.have.length(before);
      });
    }

    it("may be sent to its end by a client that is refused for too many bytes meanwhile", async () => {
      expect(await sendWhile(gateway.url, "/posts")).to.match(/^HTTP\/1\.1 413 /);
    });

    it("streams through untouched when it is an upload and bodies may be any, and the workflow sees no values", async () => {
      await send("application/octet-stream", Buffer.alloc(5_000, 7), "/files").expect(201);
      expect(gateway.upstream.asked[0]?.body).to.have.length(5_000);
      const [run] = await gateway.runs();
      expect(run).to.have.nested.property("trigger.params.values", null);
    });
  });

  describe("in either URL form", () => {
    const forms: [string, string, string, string][] = [
      ["post", "/notes:create", "POST", "/notes"],
      ["post", "/notes:update/1", "PATCH", "/notes/1"],
      ["post", "/notes:update?filterByTk=1&x=2", "PATCH", "/notes/1?x=2"],
      ["post", "/notes:destroy?filterByTk=1", "DELETE", "/notes/1"],
      ["get", "/notes:get/1", "GET", "/notes/1"],
      ["get", "/notes:list?a=1", "GET", "/notes?a=1"],
      ["put", "/notes/1", "PUT", "/notes/1"],
      ["post", "/notes:publish/1", "POST", "/notes:publish/1"],
      ["post", "/users/1/notes:create", "POST", "/users/1/notes"],
      // The same with a workflow.
      ["post", "/posts:update/1", "PATCH", "/posts/1"],
      ["post", "/posts:destroy?filterByTk=a%20b", "DELETE", "/posts/a%20b"],
      ["put", "/posts/1", "PUT", "/posts/1"],
    ];
    for (const [method, path, upstreamMethod, upstreamPath] of forms) {
      it(`reaches a rest upstream as ${upstreamMethod} ${upstreamPath} when it is ${method.toUpperCase()} ${path}`, async () => {
        const agent = request(gateway.url) as unknown as Record<
          string,
          (path: string) => request.Test
        >;
        const asked = agent[method]?.(path);
        await (method === "get" ? asked : asked?.send({ title: "Good" }));
        expect(gateway.upstream.lines()).to.deep.equal([`${upstreamMethod} ${upstreamPath}`]);
      });
    }

    it("is 400 when a rest upstream has no single request for it", async () => {
      for (const path of [
        "/notes:updateOrCreate",
        "/posts:destroy?filterByTk[]=1&filterByTk[]=2",
      ]) {
        const { body } = await request(gateway.url).post(path).send({ title: "Good" }).expect(400);
        expect(body).to.have.nested.property("errors[0].code", "NOT_TRANSLATABLE");
      }
      expect(gateway.upstream.asked).to.deep.equal([]);
    });
  });

  describe("can't get round a guard by", () => {
    for (const path of [
      "//posts",
      "/./posts",
      "/x/../posts",
      "/posts%2F1",
      "/posts%5c1",
      "/posts//",
      "/%2e/posts",
    ]) {
      it(`the path ${path}`, async () => {
        const { port } = new URL(gateway.url);
        const { status, body } = await raw(Number(port), "POST", path);
        expect([status, JSON.parse(body).errors[0].code]).to.deep.equal([400, "BAD_PATH"]);
        expect(gateway.upstream.asked).to.deep.equal([]);
      });
    }

    it("an X-HTTP-Method-Override header on a POST that is not an action", async () => {
      await request(gateway.url).post("/posts/1").set("X-HTTP-Method-Override", "DELETE").send({});
      expect(gateway.upstream.asked[0]?.headers.map((text) => text.toLowerCase())).not.to.include(
        "x-http-method-override",
      );
    });

    it("_method in the query or the body", async () => {
      await request(gateway.url)
        .post("/posts/1?_method=DELETE&a=1")
        .send({ _method: "DELETE", b: 2 });
      expect(gateway.upstream.lines()).to.deep.equal(["POST /posts/1?a=1"]);
      expect(JSON.parse(String(gateway.upstream.asked[0]?.body))).to.deep.equal({ b: 2 });
    });

    it("_method in a body that says it is text, as the clients of Parse send it", async () => {
      await send("text/plain", '{"_method":"DELETE","b":2}', "/posts/1");
      expect(String(gateway.upstream.asked[0]?.body)).not.to.contain("_method");
    });

    it("a GET on a writing action", async () => {
      const { body } = await request(gateway.url).get("/posts:create?title=ab").expect(405);
      expect(body).to.have.nested.property("errors[0].code", "METHOD_NOT_ALLOWED");
    });
  });

  it("by a path of its own is an action by its route", async () => {
    await request(gateway.url).post("/v2/articles/7/publish").send({}).expect(400);
    const [run] = await gateway.runs();
    expect(run).to.deep.nested.include({
      "trigger.action": "publish",
      "trigger.params.filterByTk": "7",
    });
  });

  it("keeps its X-Request-Id, or gets one, on the way there and back", async () => {
    const own = await request(gateway.url)
      .get("/notes/1")
      .set("X-Request-Id", "mine-1")
      .expect(200);
    expect(own.headers["x-request-id"]).to.equal("mine-1");
    expect(gateway.upstream.asked[0]?.headers).to.include("mine-1");
    const made = await request(gateway.url).post("/posts").send({ title: "ab" }).expect(400);
    expect(made.headers["x-request-id"]).to.match(/^[0-9a-f-]{36}$/);
    const [run] = await gateway.runs();
    expect(run?.requestId).to.equal(made.headers["x-request-id"]);
  });

  it("for a custom action is a POST that names its workflows", async () => {
    const got = await request(gateway.url).get("/samples:trigger/1").expect(405);
    expect(got.headers["allow"]).to.equal("POST");
    const unnamed = await request(gateway.url).post("/samples:trigger/1").expect(400);
    expect(unnamed.body).to.have.nested.property("errors[0].code", "TRIGGER_WORKFLOWS_REQUIRED");
    const unknown = await request(gateway.url)
      .post("/samples:trigger/1?triggerWorkflows=x")
      .expect(404);
    expect(unknown.body).to.have.nested.property("errors[0].code", "WORKFLOW_NOT_FOUND");
  });

  it("with a query that is too deep or too large is 400", async () => {
    const deep = `filter${"[a]".repeat(20)}=1`;
    const { body } = await request(gateway.url)
      .post(`/posts?${deep}`)
      .send({ title: "Good" })
      .expect(400);
    expect(body).to.have.nested.property("errors[0].code", "BAD_QUERY");
  });
});

async function raw(port: number, method: string, path: string) {
  const { request: ask } = await import("node:http");
  const { text } = await import("node:stream/consumers");
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const asked = ask({ host: "127.0.0.1", port, method, path, agent: false }, (answer) => {
      text(answer).then((body) => resolve({ status: answer.statusCode ?? 0, body }), reject);
    });
    asked.on("error", reject).end();
  });
}

const answer: Answer = ({ method }, response) =>
  answerJson(response, method === "POST" ? 201 : 200, { id: 1 });

const workflows = `
identity: none
limits: { body: 1kb }
routes:
  - { method: POST, path: /v2/articles/:key/publish, collection: posts, action: publish }
workflows:
  guard:
    trigger: { type: pre-action, collection: posts, global: true, actions: [create, update, destroy] }
    steps:
      - type: condition
        if: trigger.action != "destroy" && size(trigger.params.values.title) < 3
        then: [{ type: end, status: failed }]
  no-publish:
    trigger: { type: pre-action, collection: posts, global: true, actions: [publish] }
    steps: [{ type: end, status: failed }]
  files:
    trigger: { type: pre-action, collection: files, global: true, actions: [create], bodies: any }
    steps: []
`;
