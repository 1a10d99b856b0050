import { expect } from "chai";
import request from "supertest";
import { onBothStores } from "../support/both-stores.ts";
import { type TestGateway, startTestGateway } from "../support/gateway.ts";
import { type Answer, answerJson } from "../support/upstream.ts";

onBothStores("a custom action", () => {
  let gateway: TestGateway;
  before(async () => (gateway = await startTestGateway(workflows, { answer: samples })));
  beforeEach(() => void gateway.upstream.asked.splice(0));
  after(() => gateway.stop());

  const post = (path: string, body?: unknown) => {
    const asked = request(gateway.url).post(path);
    return body === undefined ? asked : asked.send(body as object);
  };

  const refused = async (path: string, status: number, code: string, body?: unknown) => {
    const answer = await post(path, body).expect(status);
    expect(answer.body.errors.map((error: { code: string }) => error.code)).to.include(code);
    expect(answer.headers).not.to.have.property("workflow-runs");
    return answer;
  };

  const sendAs = (type: string, body: string) =>
    request(gateway.url)
      .post("/samples:trigger/1?triggerWorkflows=nosuch")
      .set("Content-Type", type)
      .send(body);

  describe("runs on", () => {
    it("the record, loaded in the caller's name, with properties of the body over it", async () => {
      const body = { name: "New", extra: { deep: 1 } };
      await post("/samples:trigger/1?triggerWorkflows=echo", body)
        .set({ Authorization: "Bearer theirs" })
        .expect(200, { data: { id: 1, name: "New", categoryId: 3, extra: { deep: 1 } } });
      expect(gateway.upstream.lines()).to.deep.equal(["GET /samples/1"]);
      expect(gateway.upstream.asked[0]?.headers).to.include("Bearer theirs");
    });

    it("the record as it is when there is no body", () =>
      post("/samples:trigger/1?triggerWorkflows=echo").expect(200, { data: first }));

    it("the record that filterByTk names", () =>
      post("/samples:trigger?filterByTk=1&triggerWorkflows=echo").expect(200, { data: first }));

    it("the body when no record is named, and {} without one", async () => {
      await post("/samples:trigger?triggerWorkflows=echo", { a: 1 }).expect(200, {
        data: { a: 1 },
      });
      await post("/samples:trigger?triggerWorkflows=echo").expect(200, { data: {} });
      expect(gateway.upstream.asked).to.deep.equal([]);
    });

    it("the list of the records that exist", () =>
      post(
        "/samples:trigger?filterByTk[]=2&filterByTk[]=404&filterByTk[]=1&triggerWorkflows=list",
      ).expect(200, { data: [second, first] }));

    it("a list of one where it takes a list and one is named", () =>
      post("/samples:trigger/1?triggerWorkflows=list").expect(200, { data: [first] }));

    it("the body alone on workflows:trigger", async () => {
      await post("/workflows:trigger?triggerWorkflows=plain", { a: 1 }).expect(200, {
        data: { a: 1 },
      });
      expect(gateway.upstream.asked).to.deep.equal([]);
    });

    it("the record with associations that it asks for, which the body overwrites as a whole", async () => {
      await post("/samples:trigger/1?triggerWorkflows=with-category").expect(200, {
        data: { ...first, category: { id: 3, name: "Tools" } },
      });
      await post("/samples:trigger/1?triggerWorkflows=with-category", {
        category: { name: "Mine" },
      }).expect(200, { data: { ...first, category: { name: "Mine" } } });
    });

    it("what an association leads to, with the body's properties of it over it", async () => {
      const path = "/samples:trigger/1?triggerWorkflows=of-category!category";
      await post(path).expect(200, { data: { id: 3, name: "Tools" } });
      await post(path, { name: "not this", category: { name: "Mine" } }).expect(200, {
        data: { id: 3, name: "Mine" },
      });
    });

    it("the body's association when no record is named", () =>
      post("/samples:trigger?triggerWorkflows=of-category!category", {
        category: { name: "Mine" },
      }).expect(200, { data: { name: "Mine" } }));

    it("the request too: `trigger` has its action, collection, parameters and query", async () => {
      await post("/samples:trigger/1?triggerWorkflows=echo&x=1", { a: 1 }).expect(200);
      const [run] = await gateway.runs();
      expect(run).to.have.nested.property("trigger.action", "trigger");
      expect(run).to.have.nested.property("trigger.collection", "samples");
      expect(run).to.have.deep.nested.property("trigger.params", {
        filterByTk: "1",
        filter: null,
        values: { a: 1 },
      });
      expect(run).to.have.deep.nested.property("trigger.request.query", { x: "1" });
    });
  });

  describe("is refused", () => {
    it("with 405 by any method but POST", async () => {
      for (const method of ["get", "put", "patch", "delete"] as const) {
        const answer = await request(gateway.url)[method](
          "/samples:trigger/1?triggerWorkflows=echo",
        );
        expect(answer.status).to.equal(405);
        expect(answer.headers["allow"]).to.equal("POST");
      }
    });

    it("when it names no workflow, before the body is looked at", async () => {
      await refused("/samples:trigger/1", 400, "TRIGGER_WORKFLOWS_REQUIRED");
      await refused("/samples:trigger/1?triggerWorkflows=,%20", 400, "TRIGGER_WORKFLOWS_REQUIRED");
      await request(gateway.url)
        .post("/samples:trigger/1")
        .set("Content-Type", "application/json")
        .send("{")
        .expect(400, /TRIGGER_WORKFLOWS_REQUIRED/);
    });

    it("for a body that is not JSON, before the keys are looked at", async () => {
      await sendAs("application/json", "{").expect(400, /BAD_JSON/);
      await sendAs("image/png", "x").expect(415, /UNSUPPORTED_MEDIA_TYPE/);
      await sendAs("text/plain", "hello").expect(415, /UNSUPPORTED_MEDIA_TYPE/);
      await sendAs("application/json", JSON.stringify("x".repeat(2_000))).expect(
        413,
        /BODY_TOO_LARGE/,
      );
    });

    it("when every key is skipped, with one error a key and its reason", async () => {
      const keys = "nosuch,off,elsewhere,plain,before,admins";
      const answer = await refused(
        `/samples:trigger/1?triggerWorkflows=${keys}`,
        404,
        "WORKFLOW_NOT_FOUND",
      );
      const listed = answer.body.errors.map(({ message }: { message: string }) => message);
      expect(listed).to.have.length(6);
      expect(listed[0]).to.match(/"nosuch".*unknown/);
      expect(listed[1]).to.match(/"off".*disabled/);
      expect(listed[2]).to.match(/"elsewhere".*collection/);
      expect(listed[4]).to.match(/"before".*action/);
      expect(listed[5]).to.match(/"admins".*role/);
      expect(answer.headers["workflow-skipped"]).to.equal(
        '"nosuch";reason=unknown, "off";reason=disabled, "elsewhere";reason=collection, ' +
          '"plain";reason=collection, "before";reason=action, "admins";reason=role',
      );
    });

    it("with 403 when every key is for other roles", () =>
      refused("/samples:trigger/1?triggerWorkflows=admins", 403, "WORKFLOW_FORBIDDEN"));

    it("when several keys are given to one that takes one record", async () => {
      const keys = "filterByTk[]=1&filterByTk[]=2";
      await refused(
        `/samples:trigger?${keys}&triggerWorkflows=list,echo`,
        400,
        "ONE_RECORD_EXPECTED",
      );
      expect(gateway.upstream.asked).to.deep.equal([]);
    });

    it("when the record does not exist", async () => {
      await refused("/samples:trigger/404?triggerWorkflows=echo", 404, "RECORD_NOT_FOUND");
      await refused("/samples:trigger/404?triggerWorkflows=queued", 404, "RECORD_NOT_FOUND");
    });

    it("as the upstream refuses it: its own 401 and 403", async () => {
      for (const status of [401, 403]) {
        const answer = await post(`/samples:trigger/${status}?triggerWorkflows=echo`).expect(
          status,
        );
        expect(answer.body).to.deep.equal({ refused: status });
        expect(answer.headers["x-why"]).to.equal("because");
      }
    });

    it("with 502 when the upstream can't say", () =>
      refused("/samples:trigger/500?triggerWorkflows=echo", 502, "UPSTREAM_BROKEN"));
  });

  describe("is answered", () => {
    it("200 {} when there is nothing to tell", async () => {
      const answer = await post("/samples:trigger/1?triggerWorkflows=quiet").expect(200, {});
      expect(answer.headers["workflow-runs"]).to.match(
        /^"quiet";id="[0-9a-f-]{36}";status=succeeded$/,
      );
      expect(answer.headers).not.to.have.property("workflow-action");
      expect(answer.headers["content-type"]).to.equal("application/json");
    });

    it("with the messages of all, and what the last output gave", async () => {
      const keys = "hello,echo,answer,bye";
      await post(`/samples:trigger/1?triggerWorkflows=${keys}`).expect(200, {
        messages: [{ message: "Hello" }, { message: "Bye" }],
        data: 42,
      });
    });

    it("with the messages and the output of one that ends as succeeded, and none after it runs", async () => {
      const answer = await post("/samples:trigger/1?triggerWorkflows=hello,done,bye").expect(200, {
        messages: [{ message: "Hello" }, { message: "Done" }],
        data: "early",
      });
      expect(answer.headers["workflow-runs"]).not.to.contain("bye");
    });

    it("400 by one that ends as failed, and nothing more runs or is queued", async () => {
      const answer = await post(
        "/samples:trigger/1?triggerWorkflows=queued,hello,refuse,bye",
      ).expect(400, {
        errors: [{ message: "Hello" }, { message: "No" }],
      });
      expect(String(answer.headers["workflow-runs"]).match(/"[a-z]+";id/g)).to.have.length(2);
      expect((await gateway.runs()).slice(0, 2).map(({ workflow }) => workflow)).to.deep.equal([
        "refuse",
        "hello",
      ]);
    });

    it("as its response step says", async () => {
      const answer = await post("/samples:trigger/1?triggerWorkflows=hello,respond").expect(418);
      expect(answer.text).to.equal("short and stout");
      expect(answer.headers["x-tea"]).to.equal("yes");
      expect(answer.headers["workflow-messages"]).to.equal('[{"message":"Hello"}]');
    });

    it("500 by one whose step errs", async () => {
      const { body } = await post("/samples:trigger/1?triggerWorkflows=hello,err").expect(500);
      expect(body.errors[0]).to.deep.equal({ message: "Hello" });
      expect(body.errors[1]).to.have.property("code", "WORKFLOW_ERROR");
    });

    it("by those that may run, when others are skipped", async () => {
      const answer = await post("/samples:trigger/1?triggerWorkflows=nosuch,hello").expect(200);
      expect(answer.headers["workflow-skipped"]).to.equal('"nosuch";reason=unknown');
    });

    it("when async ones are queued, behind the sync ones that ran first", async () => {
      const answer = await post("/samples:trigger/1?triggerWorkflows=queued,hello", {
        a: 1,
      }).expect(200, {
        messages: [{ message: "Hello" }],
      });
      const listed = [
        ...String(answer.headers["workflow-runs"]).matchAll(
          /"([a-z]+)";id="([^"]+)";status=(\w+)/g,
        ),
      ];
      expect(listed.map(([, key, , status]) => `${key} ${status}`)).to.deep.equal([
        "hello succeeded",
        "queued queued",
      ]);
      const run = (await gateway.runs()).find(({ id }) => id === listed[1]?.[2]);
      expect(run).to.include({ workflow: "queued" });
      expect(run).to.have.deep.nested.property("trigger.data", { ...first, a: 1 });
    });
  });
});

onBothStores("a custom action, where unknown keys are rejected,", () => {
  let gateway: TestGateway;
  before(async () => {
    gateway = await startTestGateway(`unknownKeys: reject\n${workflows}`, { answer: samples });
  });
  after(() => gateway.stop());

  it("is 400 before anything runs, and tells which key was the reason", async () => {
    const answer = await request(gateway.url)
      .post("/samples:trigger/1?triggerWorkflows=hello,nosuch")
      .expect(400, /UNKNOWN_WORKFLOW/);
    expect(answer.headers["workflow-skipped"]).to.equal('"nosuch";reason=unknown');
    expect(await gateway.runs()).to.deep.equal([]);
  });
});

for (const [api, prefix, load] of [
  ["nocobase", "/api", "GET /api/samples:get?filterByTk=1"],
  ["directus", "/items", "GET /items/samples/1"],
] as const) {
  it(`a custom action works in front of ${api}`, async () => {
    const config = `upstream: { api: ${api} }\n${workflows}`;
    const gateway = await startTestGateway(config, { answer: wrapped });
    try {
      await request(gateway.url)
        .post(`${prefix}/samples:trigger/1?triggerWorkflows=echo`)
        .expect(200, { data: first });
      expect(gateway.upstream.lines()).to.deep.equal([load]);
    } finally {
      await gateway.stop();
    }
  });
}

const first = { id: 1, name: "One", categoryId: 3 };
const second = { id: 2, name: "Two", categoryId: null };

const wrapped: Answer = (_request, response) => answerJson(response, 200, { data: first });

const samples: Answer = ({ url = "" }, response) => {
  const key = url.split("/")[2] ?? "";
  if (url === "/categories/3") return answerJson(response, 200, { id: 3, name: "Tools" });
  if (key === "1") return answerJson(response, 200, first);
  if (key === "2") return answerJson(response, 200, second);
  response.setHeader("X-Why", "because");
  const status = Number(key) || 404;
  answerJson(response, status, { refused: status });
};

const workflows = `
identity: none
limits: { body: 1kb }
collections:
  samples: { associations: { category: { collection: categories } } }
workflows:
  echo:
    trigger: { type: custom-action, collection: samples, sync: true }
    steps: [{ type: output, value: "\${{ trigger.data }}" }]
  list:
    trigger: { type: custom-action, collection: samples, context: records, sync: true }
    steps: [{ type: output, value: "\${{ trigger.data }}" }]
  plain:
    trigger: { type: custom-action, context: none, sync: true }
    steps: [{ type: output, value: "\${{ trigger.data }}" }]
  with-category:
    trigger: { type: custom-action, collection: samples, appends: [category], sync: true }
    steps: [{ type: output, value: "\${{ trigger.data }}" }]
  of-category:
    trigger: { type: custom-action, collection: categories, sync: true }
    steps: [{ type: output, value: "\${{ trigger.data }}" }]
  queued:
    trigger: { type: custom-action, collection: samples }
    steps: [{ type: log, message: done }]
  quiet: { trigger: { type: custom-action, collection: samples, sync: true }, steps: [] }
  hello:
    trigger: { type: custom-action, collection: samples, sync: true }
    steps: [{ type: response-message, message: Hello }]
  bye:
    trigger: { type: custom-action, collection: samples, sync: true }
    steps: [{ type: response-message, message: Bye }]
  answer:
    trigger: { type: custom-action, collection: samples, sync: true }
    steps: [{ type: output, value: 42 }]
  done:
    trigger: { type: custom-action, collection: samples, sync: true }
    steps: [{ type: output, value: early }, { type: response-message, message: Done }, { type: end, status: succeeded }]
  refuse:
    trigger: { type: custom-action, collection: samples, sync: true }
    steps: [{ type: response-message, message: "No" }, { type: end, status: failed }]
  respond:
    trigger: { type: custom-action, collection: samples, sync: true }
    steps: [{ type: response, status: 418, headers: { X-Tea: "yes" }, body: short and stout }]
  err:
    trigger: { type: custom-action, collection: samples, sync: true }
    steps: [{ type: calculation, value: "\${{ trigger.data.nosuch }}" }]
  off: { enabled: false, trigger: { type: custom-action, collection: samples }, steps: [] }
  elsewhere: { trigger: { type: custom-action, collection: others }, steps: [] }
  before: { trigger: { type: pre-action, collection: samples }, steps: [] }
  admins: { trigger: { type: custom-action, collection: samples, roles: [admin] }, steps: [] }
`;
