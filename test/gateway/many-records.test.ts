import { expect } from "chai";
import request from "supertest";
import type { RunDetail } from "../../src/model/history.ts";
import type { JsonObject } from "../../src/model/json.ts";
import { onBothStores } from "../support/both-stores.ts";
import { directus } from "../support/directus.ts";
import { type TestGateway, startTestGateway } from "../support/gateway.ts";
import { answerJson } from "../support/upstream.ts";

onBothStores("many records in one request", () => {
  describe("in front of Directus", () => {
    const items = new Map<string, JsonObject[]>();
    let gateway: TestGateway;
    before(async () => {
      gateway = await startTestGateway(inFrontOfDirectus, { answer: directus(items) });
    });
    beforeEach(() => {
      gateway.upstream.asked.splice(0);
      items.set("posts", [
        { id: 1, title: "first" },
        { id: 2, title: "second" },
      ]);
    });
    after(() => gateway.stop());

    const send = (method: "post" | "patch" | "delete", path: string, body: object) =>
      request(gateway.url)[method](path).send(body);

    const attacks: [what: string, method: "post" | "patch", body: object][] = [
      ["a list to create, one of them bad", "post", [{ title: "fine" }, { title: "ab" }]],
      ["a list to create, the first of them bad", "post", [{ title: "ab" }, { title: "fine" }]],
      ["keys with data", "patch", { keys: [1], data: { title: "xy" } }],
      ["one key that is no list", "patch", { keys: 1, data: { title: "xy" } }],
      ["a query with data", "patch", { query: { filter: {} }, data: { title: "xy" } }],
      ["data without keys or a query", "patch", { data: { title: "xy" } }],
      ["keys that are empty", "patch", { keys: [], data: { title: "xy" } }],
      [
        "records with their keys",
        "patch",
        [
          { id: 1, title: "fine" },
          { id: 2, title: "q" },
        ],
      ],
    ];
    for (const [what, method, body] of attacks) {
      it(`are no way around a guard: ${what}`, async () => {
        await send(method, "/items/posts", body).expect(400);
        expect(gateway.upstream.asked).to.deep.equal([]);
      });
    }

    it("are no way around a guard when a query stands beside their keys: the upstream may take either", async () => {
      const body = { keys: [1], query: {}, data: { title: "good enough" } };
      const answer = await send("patch", "/items/posts", body).expect(400);
      expect(answer.body.errors[0].code).to.equal("BAD_QUERY");
      expect(gateway.upstream.asked).to.deep.equal([]);
    });

    it("are no way around a guard when the list holds anything except records", async () => {
      for (const body of [[1], [[{ title: "ab" }]], ["ab"], [null], []]) {
        await send("post", "/items/posts", body).expect((answer) => {
          expect(answer.status, JSON.stringify(body)).to.be.oneOf([400, 500]);
        });
      }
      expect(gateway.upstream.asked).to.deep.equal([]);
    });

    it("are looked at one by one, each with its own values and key, and forwarded byte for byte", async () => {
      const text = '[ {"id":1,"title":"one!","size":1.0}, {"id":2,"title":"two!"} ]';
      const answer = await request(gateway.url)
        .patch("/items/posts")
        .set("Content-Type", "application/json")
        .send(text)
        .expect(200);
      expect(answer.headers["workflow-runs"]?.match(/status=succeeded/g)).to.have.length(2);
      expect(gateway.upstream.asked[0]?.body.toString()).to.equal(text);
      expect(await seen(2)).to.deep.equal([
        { filterByTk: 1, filter: null, values: { id: 1, title: "one!", size: 1 } },
        { filterByTk: 2, filter: null, values: { id: 2, title: "two!" } },
      ]);
    });

    it("have the key of each with the data that is for all", async () => {
      await send("patch", "/items/posts", { keys: [1, "2"], data: { title: "both" } }).expect(200);
      expect(await seen(2)).to.deep.equal([
        { filterByTk: 1, filter: null, values: { title: "both" } },
        { filterByTk: "2", filter: null, values: { title: "both" } },
      ]);
    });

    it("are one run with the query as the filter where a query chooses them", async () => {
      const query = { filter: { title: { _eq: "first" } }, limit: 1 };
      await send("patch", "/items/posts", { query, data: { title: "found" } }).expect(200);
      expect(await seen(1)).to.deep.equal([
        { filterByTk: null, filter: query, values: { title: "found" } },
      ]);
    });

    it("count as one record where the URL names it, whatever its fields are called", async () => {
      await send("patch", "/items/posts/1", { keys: [2], data: { title: "xyz" }, title: "ok!" });
      expect(await seen(1)).to.deep.equal([
        {
          filterByTk: "1",
          filter: null,
          values: { keys: [2], data: { title: "xyz" }, title: "ok!" },
        },
      ]);
    });

    it("are changed each alone: the others stay as they are", async () => {
      const body = [
        { title: "abc", tags: [1] },
        { title: "mark me", tags: [2] },
      ];
      await send("post", "/items/posts?triggerWorkflows=mark", body).expect(200);
      expect(JSON.parse(gateway.upstream.asked[0]?.body.toString() ?? "")).to.deep.equal([
        body[0],
        { ...body[1], marked: true },
      ]);
    });

    it("keep their envelope, and what else it holds, when all are changed alike", async () => {
      const body = { keys: [1, 2], data: { title: "mark me" }, note: "stays" };
      await send("patch", "/items/posts?triggerWorkflows=mark", body).expect(200);
      expect(JSON.parse(gateway.upstream.asked[0]?.body.toString() ?? "")).to.deep.equal({
        ...body,
        data: { title: "mark me", marked: true },
      });
    });

    it("become records with keys when they are changed differently", async () => {
      const body = { keys: [1, 2], data: { title: "same" } };
      await send("patch", "/items/posts?triggerWorkflows=stamp,mark", body).expect(200);
      expect(JSON.parse(gateway.upstream.asked[0]?.body.toString() ?? "")).to.deep.equal([
        { id: 1, title: "same", stamp: 1 },
        { id: 2, title: "same", stamp: 2 },
      ]);
    });

    it("share the request: a header or parameter that is set for one is set", async () => {
      await send("post", "/items/posts?triggerWorkflows=head", [
        { title: "abc" },
        { title: "def" },
      ]);
      expect(gateway.upstream.lines()).to.deep.equal(["POST /items/posts?seen=def"]);
      expect(gateway.upstream.asked[0]?.headers).to.include("def");
    });

    it("are one run with the whole body where the trigger says each: request", async () => {
      const body = [{ title: "abc" }, { title: "def" }];
      await send("post", "/items/notes", body).expect(200);
      expect(await seen(1)).to.deep.equal([{ filterByTk: null, filter: null, values: body }]);
    });

    it("are 400 TOO_MANY_RECORDS over limits.loop, before anything runs", async () => {
      const many = Array.from({ length: 6 }, () => ({ title: "abc" }));
      const before = (await gateway.runs()).length;
      const answer = await send("post", "/items/posts", many).expect(400);
      expect(answer.body).to.have.nested.property("errors[0].code", "TOO_MANY_RECORDS");
      expect(answer.headers["workflow-action"]).to.equal("intercepted");
      expect(await gateway.runs()).to.have.length(before);
      expect(gateway.upstream.asked).to.deep.equal([]);
      await send("post", "/items/notes", many).expect(200);
    });

    /** `trigger.params` of the newest runs, in the order in which they ran. */
    async function seen(count: number) {
      const runs = await gateway.runs();
      return runs
        .slice(0, count)
        .toReversed()
        .map((run) => paramsOf(run));
    }
  });

  describe("in front of NocoBase", () => {
    let gateway: TestGateway;
    before(async () => {
      gateway = await startTestGateway(inFrontOfNocoBase, {
        answer: (_request, response) => answerJson(response, 200, { data: [] }),
      });
    });
    after(() => gateway.stop());

    for (const action of ["create", "updateOrCreate", "firstOrCreate"]) {
      it(`are no way around a guard: a list to ${action}`, async () => {
        await request(gateway.url)
          .post(`/api/posts:${action}`)
          .send([{ title: "fine" }, { title: "ab" }])
          .expect(400);
        expect(gateway.upstream.asked).to.deep.equal([]);
      });
    }

    it("may be updated by a filter in the URL, in one run", async () => {
      await request(gateway.url)
        .post('/api/posts:update?filter={"title":"old"}')
        .send({ title: "ab" })
        .expect(400);
      const [run] = await gateway.runs();
      expect(run && paramsOf(run)).to.deep.equal({
        filterByTk: null,
        filter: { title: "old" },
        values: { title: "ab" },
      });
    });
  });

  describe("in front of an API with an envelope (values: /data):", () => {
    let gateway: TestGateway;
    before(async () => {
      gateway = await startTestGateway(inFrontOfEnvelopes, {
        answer: (_request, response) => answerJson(response, 200, { data: { id: 1 } }),
      });
    });
    beforeEach(() => void gateway.upstream.asked.splice(0));
    after(() => gateway.stop());

    const post = (body: object) => request(gateway.url).post("/api/posts").send(body);

    it("a record is found by the pointer, for guards and for changes", async () => {
      await post({ data: { title: "ab" } }).expect(400);
      await post({ data: { title: "mark me" }, meta: { a: 1 } }).expect(200);
      expect(JSON.parse(gateway.upstream.asked[0]?.body.toString() ?? "")).to.deep.equal({
        data: { title: "mark me", marked: true },
        meta: { a: 1 },
      });
    });

    it("each record of a list is found by the pointer", () =>
      post({ data: [{ title: "fine" }, { title: "ab" }] }).expect(400));

    it("values is null where the body has no envelope", async () => {
      await post({ title: "ab" }).expect(500);
      expect(gateway.upstream.asked).to.deep.equal([]);
    });

    it("a step writes records in the envelope", async () => {
      await request(gateway.url).post("/api/workflows:trigger?triggerWorkflows=write").expect(200);
      expect(JSON.parse(gateway.upstream.asked[0]?.body.toString() ?? "")).to.deep.equal({
        data: { title: "made" },
      });
    });
  });
});

const paramsOf = ({ trigger }: RunDetail): unknown => (trigger as JsonObject)["params"];

const guard = `
  short-titles:
    trigger: { type: pre-action, collection: posts, global: true, actions: [create, update, updateOrCreate, firstOrCreate] }
    steps: [{ type: condition, if: size(trigger.params.values.title) >= 3 }]
`;

const mark = `
    steps:
      - if: trigger.params.values.title == "mark me"
        type: set-request
        values: { marked: true }
`;

const inFrontOfDirectus = `
upstream: { api: directus }
identity: none
limits: { loop: 5 }
workflows:${guard}
  mark:
    trigger: { type: pre-action, collection: posts }${mark}
  stamp:
    trigger: { type: pre-action, collection: posts }
    steps: [{ type: set-request, values: { stamp: "\${{ trigger.params.filterByTk }}" } }]
  head:
    trigger: { type: pre-action, collection: posts }
    steps:
      - type: set-request
        headers: { X-Seen: "\${{ trigger.params.values.title }}" }
        query: { seen: "\${{ trigger.params.values.title }}" }
  whole:
    trigger: { type: pre-action, collection: notes, global: true, actions: [create], each: request }
    steps: []
`;

const inFrontOfNocoBase = `
upstream: { api: nocobase }
identity: none
workflows:${guard}
`;

const inFrontOfEnvelopes = `
upstream: { api: { preset: rest, prefix: /api, record: /data, values: /data } }
identity: none
workflows:${guard}
  mark:
    trigger: { type: pre-action, collection: posts, global: true, actions: [create] }${mark}
  write:
    trigger: { type: custom-action, context: none, sync: true }
    steps: [{ type: create, collection: posts, values: { title: made } }]
`;
