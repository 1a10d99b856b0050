import { request as httpRequest } from "node:http";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import request from "supertest";
import type { RunDetail } from "../../src/model/history.ts";
import { onBothStores } from "../support/both-stores.ts";
import { type TestGateway, startTestGateway } from "../support/gateway.ts";
import { type Answer, answerJson } from "../support/upstream.ts";
import { eventually } from "../support/eventually.ts";

onBothStores("a post-action workflow", () => {
  let gateway: TestGateway;
  let answer: Answer;
  before(async () => {
    gateway = await startTestGateway(workflows, { answer: (...all) => answer(...all) });
  });
  beforeEach(() => {
    gateway.upstream.asked.splice(0);
    answer = (_request, response) => answerJson(response, 201, { id: 7, title: "Saved" });
  });
  after(() => gateway.stop());

  const post = (path: string, body: unknown = { title: "Sent" }) =>
    request(gateway.url)
      .post(path)
      .send(body as object);

  describe("runs on", () => {
    it("the record of the answer, with the request and the head of the answer", async () => {
      answer = (_request, response) => {
        response.setHeader("Set-Cookie", "session=s3cret");
        response.setHeader("X-Seen", "yes");
        answerJson(response, 201, { id: 7, title: "Saved" });
      };
      const received = await post("/posts?triggerWorkflows=audit&x=1").expect(201);
      const run = await only(received);
      expect(run.trigger).to.deep.include({
        data: { id: 7, title: "Saved" },
        params: { filterByTk: null, filter: null, values: { title: "Sent" } },
        collection: "posts",
        action: "create",
        user: null,
        roleName: null,
      });
      expect(run).to.have.nested.property("trigger.request.method", "POST");
      expect(run).to.have.deep.nested.property("trigger.request.query", { x: "1" });
      expect(run).to.have.nested.property("trigger.response.status", 201);
      expect(run).to.have.nested.property("trigger.response.headers.x-seen", "yes");
      expect(JSON.stringify(run)).not.to.contain("s3cret");
    });

    it("each record of a list, one run a record", async () => {
      answer = (_request, response) => answerJson(response, 201, [{ id: 1 }, { id: 2 }]);
      const received = await post("/posts?triggerWorkflows=audit", [{}, {}]).expect(201);
      expect(await dataOf(received)).to.deep.equal([{ id: 1 }, { id: 2 }]);
    });

    it("no record of an empty list", async () => {
      answer = (_request, response) => answerJson(response, 200, []);
      const received = await post("/posts?triggerWorkflows=audit").expect(200, []);
      expect(received.headers).not.to.have.property("workflow-runs");
    });

    it("all records at once, where it says each: request", async () => {
      answer = (_request, response) => answerJson(response, 201, [{ id: 1 }, { id: 2 }]);
      const received = await post("/posts?triggerWorkflows=batch").expect(201);
      expect(await dataOf(received)).to.deep.equal([[{ id: 1 }, { id: 2 }]]);
    });

    it("the record loaded by the key in the URL, in the caller's name, when the answer has no body", async () => {
      answer = ({ method }, response) => {
        if (method === "GET") return answerJson(response, 200, { id: 1, title: "Whole" });
        response.writeHead(204).end();
      };
      const received = await request(gateway.url)
        .patch("/posts/1?triggerWorkflows=audit")
        .set("Authorization", "Bearer theirs")
        .send({ title: "Sent" })
        .expect(204);
      expect(await dataOf(received)).to.deep.equal([{ id: 1, title: "Whole" }]);
      expect(gateway.upstream.lines()).to.deep.equal(["PATCH /posts/1", "GET /posts/1"]);
      expect(gateway.upstream.asked[1]?.headers).to.include("Bearer theirs");
    });

    it("the record loaded by the key in Location", async () => {
      answer = ({ method }, response) => {
        if (method === "GET") return answerJson(response, 200, { id: "a b", title: "Whole" });
        response.writeHead(201, { Location: "http://upstream.test/posts/a%20b" }).end();
      };
      const received = await post("/posts?triggerWorkflows=audit").expect(201);
      expect(await dataOf(received)).to.deep.equal([{ id: "a b", title: "Whole" }]);
      expect(gateway.upstream.lines()).to.deep.equal(["POST /posts", "GET /posts/a%20b"]);
    });

    it("the record loaded by key when the answer is a count, or not JSON", async () => {
      for (const [type, body] of [
        ["application/json", "1"],
        ["text/html", "<p>Saved</p>"],
      ] as const) {
        answer = ({ method }, response) => {
          if (method === "GET") return answerJson(response, 200, { id: 1, title: "Whole" });
          response.writeHead(200, { "Content-Type": type }).end(body);
        };
        const received = await request(gateway.url)
          .put("/posts/1?triggerWorkflows=audit")
          .send({ title: "Sent" })
          .expect(200);
        expect(received.text).to.equal(body);
        expect(await dataOf(received)).to.deep.equal([{ id: 1, title: "Whole" }]);
      }
    });

    it("what was submitted when the record can't be loaded", async () => {
      answer = ({ method }, response) => response.writeHead(method === "GET" ? 500 : 204).end();
      const received = await request(gateway.url)
        .patch("/posts/1?triggerWorkflows=audit")
        .send({ title: "Sent" })
        .expect(204);
      expect(await dataOf(received)).to.deep.equal([{ title: "Sent" }]);
      answer = (_request, response) => response.writeHead(201).end();
      const created = await post("/posts?triggerWorkflows=audit").expect(201);
      expect(await dataOf(created)).to.deep.equal([{ title: "Sent" }]);
    });

    it("the key of what was destroyed, or the record where the answer holds it", async () => {
      const destroy = () => request(gateway.url).delete("/posts/1?triggerWorkflows=gone");
      answer = (_request, response) => answerJson(response, 200, {});
      expect(await dataOf(await destroy().expect(200))).to.deep.equal([{ id: "1" }]);
      answer = (_request, response) => answerJson(response, 200, { id: 1, title: "Was" });
      expect(await dataOf(await destroy().expect(200))).to.deep.equal([{ id: 1, title: "Was" }]);
      expect(gateway.upstream.lines()).to.deep.equal(["DELETE /posts/1", "DELETE /posts/1"]);
    });

    it("the record of an answer that is compressed, which goes on as it came", async () => {
      const bytes = gzipSync(JSON.stringify({ id: 7 }));
      answer = (_request, response) => {
        const head = { "Content-Type": "application/json", "Content-Encoding": "gzip" };
        response.writeHead(201, head).end(bytes);
      };
      const received = await post("/posts?triggerWorkflows=audit").expect(201, { id: 7 });
      expect(received.headers["content-encoding"]).to.equal("gzip");
      expect(await dataOf(received)).to.deep.equal([{ id: 7 }]);
    });

    it("what pre-actions made of the request, as its params", async () => {
      const received = await post("/posts?triggerWorkflows=stamp,audit").expect(201);
      const run = (await runsOf(received)).find(({ workflow }) => workflow === "audit");
      expect(run).to.have.deep.nested.property("trigger.params.values", {
        title: "Sent",
        stamped: true,
      });
    });
  });

  describe("does not run", () => {
    it("when the upstream did not answer 2xx, and nothing is left behind", async () => {
      answer = (_request, response) => answerJson(response, 422, { no: true });
      const received = await post("/posts?triggerWorkflows=audit,hello").expect(422, { no: true });
      expect(received.headers).not.to.have.property("workflow-runs");
      expect(received.headers["workflow-action"]).to.equal("performed");
      expect(await unconfirmed()).to.deep.equal([]);
    });

    it("when a pre-action stops the request", async () => {
      const received = await post("/posts?triggerWorkflows=audit,stop").expect(400);
      expect(received.headers["workflow-runs"]).to.match(/^"stop";id="[^"]+";status=failed$/);
      expect(gateway.upstream.asked).to.deep.equal([]);
    });

    it("on actions that it is not bound to: by default create and update", async () => {
      const received = await request(gateway.url).delete("/posts/1?triggerWorkflows=audit");
      expect(received.headers["workflow-skipped"]).to.equal('"audit";reason=action');
    });
  });

  describe("that is async", () => {
    it("is queued before the client is answered, and does not change a byte", async () => {
      const bytes = '{ "id": 7, "big": 12345678901234567890 }';
      answer = (_request, response) => {
        response.writeHead(201, { "Content-Type": "application/json", ETag: '"7"' }).end(bytes);
      };
      const received = await post("/posts?triggerWorkflows=audit").expect(201);
      expect(received.text).to.equal(bytes);
      expect(received.headers["etag"]).to.equal('"7"');
      expect(received.headers["workflow-runs"]).to.match(
        /^"audit";id="[0-9a-f-]{36}";status=queued$/,
      );
      expect(received.headers["workflow-action"]).to.equal("performed");
      expect((await only(received)).requestId).to.equal(received.headers["x-request-id"]);
    });

    it("is done in the background", async () => {
      const received = await post("/posts?triggerWorkflows=audit").expect(201);
      await eventually(async () =>
        expect(await only(received)).to.include({ status: "succeeded" }),
      );
    });

    it("is recorded without secrets", async () => {
      answer = (_request, response) => answerJson(response, 201, { id: 7, password: "s3cret" });
      const received = await post("/posts?triggerWorkflows=audit").expect(201);
      expect(await dataOf(received)).to.deep.equal([{ id: 7, password: "[redacted]" }]);
    });
  });

  describe("that is sync", () => {
    it("adds its messages to the answer, behind those of pre-actions", async () => {
      const received = await post("/posts?triggerWorkflows=hello,before").expect(201);
      expect(received.body).to.deep.equal({ id: 7, title: "Saved" });
      expect(JSON.parse(String(received.headers["workflow-messages"]))).to.deep.equal([
        { message: "Before" },
        { message: "Hello Saved" },
      ]);
      expect(keys(received)).to.deep.equal(["before succeeded", "hello succeeded"]);
    });

    it("is listed before async ones, local ones as they are named, then global ones", async () => {
      const received = await request(gateway.url)
        .post("/notes?triggerWorkflows=note-b,note-a")
        .send({})
        .expect(201);
      expect(keys(received)).to.deep.equal([
        "note-a succeeded",
        "note-all succeeded",
        "note-b queued",
      ]);
    });

    it("runs workflow by workflow, record by record", async () => {
      answer = (_request, response) =>
        answerJson(response, 201, [
          { id: 1, title: "a" },
          { id: 2, title: "b" },
        ]);
      const received = await post("/posts?triggerWorkflows=hello,bye").expect(201);
      const said = JSON.parse(String(received.headers["workflow-messages"])) as {
        message: string;
      }[];
      expect(said.map(({ message }) => message)).to.deep.equal([
        "Hello a",
        "Hello b",
        "Bye a",
        "Bye b",
      ]);
    });

    it("ends itself alone by `end succeeded`", async () => {
      const received = await post("/posts?triggerWorkflows=done,hello").expect(201, {
        id: 7,
        title: "Saved",
      });
      expect(keys(received)).to.deep.equal(["done succeeded", "hello succeeded"]);
    });

    it("answers 400 by `end failed`: later sync ones do not run, async ones do, for the action did happen", async () => {
      const received = await post("/posts?triggerWorkflows=audit,hello,refuse,bye").expect(400, {
        errors: [{ message: "Hello Saved" }, { message: "No" }],
      });
      expect(keys(received)).to.deep.equal(["hello succeeded", "refuse failed", "audit queued"]);
      expect(received.headers["workflow-action"]).to.equal("performed");
      expect(gateway.upstream.lines()).to.deep.equal(["POST /posts"]);
    });

    it("answers 500 when a step errs, and async ones run all the same", async () => {
      const received = await post("/posts?triggerWorkflows=err,audit,bye").expect(500);
      expect(received.body.errors[0]).to.have.property("code", "WORKFLOW_ERROR");
      expect(keys(received)).to.deep.equal(["err errored", "audit queued"]);
    });

    it("changes the answer's status, headers and body, with a length of its own and no ETag", async () => {
      answer = (_request, response) => {
        response.writeHead(201, {
          "Content-Type": "application/json",
          "Content-Encoding": "gzip",
          ETag: '"7"',
          "X-Kept": "yes",
        });
        response.end(gzipSync(JSON.stringify({ id: 7, title: "Saved" })));
      };
      const received = await post("/posts?triggerWorkflows=change").expect(202, {
        changed: "Saved",
      });
      expect(received.headers).to.include({ "x-kept": "yes", "x-set": "h" });
      expect(received.headers["content-length"]).to.equal(String(received.text.length));
      expect(received.headers).not.to.have.any.keys("etag", "content-encoding");
    });

    it("may change a header alone, and the bytes stay", async () => {
      const received = await post("/posts?triggerWorkflows=header").expect(201, {
        id: 7,
        title: "Saved",
      });
      expect(received.headers["x-set"]).to.equal("h");
    });

    it("may remove the body", async () => {
      const received = await post("/posts?triggerWorkflows=empty").expect(204);
      expect(received.headers).not.to.have.any.keys("content-length", "content-type");
    });

    it("sees secrets, and is recorded without them", async () => {
      answer = (_request, response) =>
        answerJson(response, 201, { id: 7, title: "x", password: "s3cret" });
      const received = await post("/posts?triggerWorkflows=secretive").expect(201);
      expect(received.headers["workflow-messages"]).to.contain("6 characters");
      expect(await dataOf(received)).to.deep.equal([{ id: 7, title: "x", password: "[redacted]" }]);
    });
  });

  describe("when something fails", () => {
    it("leaves no run behind when the upstream was never reached", async () => {
      const alone = await startTestGateway(workflows);
      await alone.upstream.stop();
      const received = await request(alone.url).post("/posts?triggerWorkflows=audit").send({});
      expect(received.status).to.equal(502);
      expect(received.body.errors[0].code).to.equal("UPSTREAM_UNREACHABLE");
      expect(await alone.runs()).to.deep.equal([]);
      await alone.stop();
    });

    it("lists the runs as unconfirmed when the connection broke after the request was sent", async () => {
      answer = (_request, response) => response.destroy();
      const received = await post("/posts?triggerWorkflows=before,audit,hello").expect(502);
      expect(received.headers["workflow-action"]).to.equal("performed");
      expect(received.headers["workflow-messages"]).to.equal('[{"message":"Before"}]');
      const left = await unconfirmed();
      expect(left.map(({ workflow }) => workflow).toSorted()).to.deep.equal(["audit", "hello"]);
      for (const { trigger } of left) {
        expect(trigger).to.deep.include({ data: null, response: null });
        expect(trigger).to.have.deep.nested.property("params.values", { title: "Sent" });
      }
    });

    it("lists them as unconfirmed when the answer broke off", async () => {
      const before = (await unconfirmed()).length;
      answer = (_request, response) => {
        response.writeHead(201, { "Content-Type": "application/json", "Content-Length": "100" });
        response.write('{"id":', () => response.destroy());
      };
      await post("/posts?triggerWorkflows=audit").expect(502);
      expect(await unconfirmed()).to.have.length(before + 1);
    });

    it("lists them as unconfirmed when the upstream did not answer in time", async () => {
      const slow = await startTestGateway(`upstream: { timeout: 200ms }\n${workflows}`, {
        answer: () => undefined,
      });
      const received = await request(slow.url).post("/posts?triggerWorkflows=audit").send({});
      expect(received.status).to.equal(504);
      expect((await slow.runs()).map(({ status }) => status)).to.deep.equal(["unconfirmed"]);
      await slow.stop();
    });

    it("cuts the client's answer when the upstream breaks its own while workflows run", async () => {
      let breaks: (() => void) | undefined;
      answer = ({ method }, response) => {
        if (method === "GET") {
          breaks?.();
          return answerJson(response, 200, []);
        }
        response.writeHead(201, { "Content-Type": "text/csv", "Content-Length": "100" });
        response.write("id\n");
        breaks = () => void response.destroy();
      };
      const failed = await post("/posts?triggerWorkflows=slow").then(
        () => null,
        (error: Error) => error,
      );
      expect(failed).to.be.an("error");
      answer = (_request, response) => answerJson(response, 201, { id: 7 });
      await post("/posts?triggerWorkflows=audit").expect(201);
    });

    it("does the action to its end when the client goes away", async () => {
      const arrived = new Promise<() => void>((resolve) => {
        answer = (_request, response) => resolve(() => answerJson(response, 201, { id: 99 }));
      });
      const client = httpRequest(`${gateway.url}/posts?triggerWorkflows=audit`, { method: "POST" });
      client.on("error", () => undefined);
      client.setHeader("Content-Type", "application/json");
      client.end("{}");
      const finish = await arrived;
      const closed = new Promise((resolve) => client.once("close", resolve));
      client.destroy();
      await closed;
      finish();
      await eventually(async () => {
        const runs = await gateway.runs();
        expect(runs[0]).to.have.deep.nested.property("trigger.data", { id: 99 });
      });
    });

    describe("in the store", () => {
      it("forwards nothing: 503, since the intent could not be recorded", async () => {
        await lose("intents");
        try {
          const received = await post("/posts?triggerWorkflows=before,audit").expect(503);
          expect(received.body.errors[0].code).to.equal("STORE_UNAVAILABLE");
          expect(keys(received)).to.deep.equal(["before succeeded"]);
          expect(received.headers["workflow-action"]).to.equal("intercepted");
          expect(received.headers["workflow-messages"]).to.equal('[{"message":"Before"}]');
          expect(gateway.upstream.asked).to.deep.equal([]);
        } finally {
          await find("intents");
        }
      });

      it("leaves the upstream's answer as it is, reports the error, and forgets nothing that was to run", async () => {
        expect(await intents()).to.deep.equal([]);
        answer = (_request, response) => {
          void lose("runs").then(() => answerJson(response, 201, { id: 7, title: "Saved" }));
        };
        try {
          const received = await post("/posts?triggerWorkflows=audit,hello").expect(201);
          expect(received.body).to.deep.equal({ id: 7, title: "Saved" });
          expect(received.headers["workflow-error"]).to.equal("STORE_UNAVAILABLE");
          expect(keys(received)).to.deep.equal(["hello succeeded"]);
        } finally {
          await find("runs");
        }
        // Unconfirmed by now, or at the next start: the store may have come back in time for it.
        const unconfirmed = (await gateway.runs())
          .filter(({ status }) => status === "unconfirmed")
          .map(({ workflow }) => workflow);
        expect([...(await intents()), ...unconfirmed]).to.include("audit");
      });
    });
  });

  const lose = (table: string) => gateway.store.ask(`alter table ${table} rename to ${table}_lost`);
  const find = (table: string) => gateway.store.ask(`alter table ${table}_lost rename to ${table}`);
  /** The workflows of the intents that are open. */
  const intents = async () =>
    (await gateway.store.ask<{ workflow: string }>("select workflow from intents")).map(
      ({ workflow }) => workflow,
    );

  /** The runs that an answer tells of, in its order. */
  async function runsOf(received: Received): Promise<RunDetail[]> {
    const ids = [...String(received.headers["workflow-runs"]).matchAll(/id="([^"]+)"/g)];
    const all = await gateway.runs();
    return ids.map(([, id]) => all.find((run) => run.id === id)!);
  }

  const dataOf = async (received: Received) =>
    (await runsOf(received)).map(({ trigger }) => (trigger as { data: unknown }).data);

  async function only(received: Received): Promise<RunDetail> {
    const runs = await runsOf(received);
    expect(runs).to.have.length(1);
    return runs[0]!;
  }

  const unconfirmed = async () =>
    (await gateway.runs()).filter(({ status }) => status === "unconfirmed");
});

/** An answer of supertest, as far as it is looked at here. */
interface Received {
  readonly headers: Readonly<Record<string, string>>;
}

/** The runs of the header `Workflow-Runs`: `["hello succeeded"]`. */
const keys = (received: Received) =>
  [
    ...String(received.headers["workflow-runs"]).matchAll(/"([a-z-]+)";id="[^"]+";status=(\w+)/g),
  ].map(([, key, status]) => `${key} ${status}`);

const workflows = `
identity: none
workflows:
  audit:
    trigger: { type: post-action, collection: posts }
    steps: [{ type: log, message: saved }]
  batch:
    trigger: { type: post-action, collection: posts, each: request }
    steps: []
  gone:
    trigger: { type: post-action, collection: posts, actions: [destroy] }
    steps: []
  before:
    trigger: { type: pre-action, collection: posts }
    steps: [{ type: response-message, message: Before }]
  stamp:
    trigger: { type: pre-action, collection: posts }
    steps: [{ type: set-request, values: { stamped: true } }]
  stop:
    trigger: { type: pre-action, collection: posts }
    steps: [{ type: end, status: failed }]
  hello:
    trigger: { type: post-action, collection: posts, sync: true }
    steps: [{ type: response-message, message: "Hello \${{ trigger.data.title }}" }]
  bye:
    trigger: { type: post-action, collection: posts, sync: true }
    steps: [{ type: response-message, message: "Bye \${{ trigger.data.title }}" }]
  done:
    trigger: { type: post-action, collection: posts, sync: true }
    steps: [{ type: response-message, message: Done }, { type: end, status: succeeded }]
  refuse:
    trigger: { type: post-action, collection: posts, sync: true }
    steps: [{ type: response-message, message: "No" }, { type: end, status: failed }]
  slow:
    trigger: { type: post-action, collection: posts, sync: true }
    steps: [{ type: query, collection: notes }]
  err:
    trigger: { type: post-action, collection: posts, sync: true }
    steps: [{ type: calculation, value: "\${{ trigger.data.nosuch }}" }]
  change:
    trigger: { type: post-action, collection: posts, sync: true }
    steps:
      - { type: set-response, status: 202, headers: { X-Set: h }, body: { changed: "\${{ trigger.data.title }}" } }
  header:
    trigger: { type: post-action, collection: posts, sync: true }
    steps: [{ type: set-response, headers: { X-Set: h } }]
  empty:
    trigger: { type: post-action, collection: posts, sync: true }
    steps: [{ type: set-response, status: 204 }]
  secretive:
    trigger: { type: post-action, collection: posts, sync: true }
    steps: [{ type: response-message, message: "\${{ size(trigger.data.password) }} characters" }]
  note-all:
    trigger: { type: post-action, collection: notes, global: true, actions: [create], sync: true }
    steps: []
  note-a: { trigger: { type: post-action, collection: notes, sync: true }, steps: [] }
  note-b: { trigger: { type: post-action, collection: notes }, steps: [] }
`;
