import { expect } from "chai";
import { bigInt, dictionary, letrec, nat, oneof, array, asyncProperty, string } from "fast-check";
import request from "supertest";
import type { RunDetail } from "../../src/model/history.ts";
import { headerPairs } from "../../src/model/headers.ts";
import { type Json, jsonText, parseJson } from "../../src/model/json.ts";
import { onBothStores } from "../support/both-stores.ts";
import { eventually } from "../support/eventually.ts";
import { type TestGateway, startTestGateway } from "../support/gateway.ts";
import { itHolds } from "../support/property.ts";
import { type Answer, startUpstream } from "../support/upstream.ts";

/** Its last digits are the first that a double does not have. */
const ID = "50755254975729665";
const OTHER = "50755254975729667";

onBothStores("an integer outside ±2^53", () => {
  let gateway: TestGateway;
  let service: Awaited<ReturnType<typeof startUpstream>>;
  before(async () => {
    service = await startUpstream(answer);
    const environment = { SERVICE: service.url, ID };
    gateway = await startTestGateway(workflows, { answer, environment });
  });
  beforeEach(() => {
    gateway.upstream.asked.splice(0);
    service.asked.splice(0);
  });
  after(async () => {
    await gateway.stop();
    await service.stop();
  });

  const send = (method: "post" | "patch" | "delete", path: string, body: string) =>
    request(gateway.url)[method](path).type("json").send(body);
  const bodyAt = (line: string) => {
    const found = gateway.upstream.asked.find(({ method, url }) => `${method} ${url}` === line);
    return String(found?.body);
  };
  const newest = async (workflow: string): Promise<string | undefined> => {
    const { body } = await request(gateway.adminUrl).get(`/runs?workflow=${workflow}&limit=1`);
    return body.runs[0]?.id;
  };
  const run = async (id: string | undefined) =>
    (await request(gateway.adminUrl).get(`/runs/${id}`)).text;
  /** The newest run of a workflow, once it has ended. */
  const ended = async (workflow: string): Promise<string> => {
    let text = "";
    await eventually(async () => {
      text = await run(await newest(workflow));
      expect((JSON.parse(text) as RunDetail).status).to.match(/succeeded|errored/);
    });
    return text;
  };

  describe("in a request", () => {
    it("goes on, when another field is set", async () => {
      await send("post", "/orders", `{"owner":${ID},"huge":123456789012345678901234567890}`);
      expect(bodyAt("POST /orders")).to.equal(
        `{"owner":${ID},"huge":123456789012345678901234567890,"seen":true}`,
      );
    });

    it("is compared by a guard to the last digit", async () => {
      await send("post", "/guarded", `{"ownerId":${ID}}`).expect(400);
      await send("post", "/guarded", `{"ownerId":${OTHER}}`).expect(201);
    });

    it("is compared with one of the configuration, of YAML or of the environment", async () => {
      await send("post", "/written", `{"ownerId":${ID}}`).expect(200);
      await send("post", "/written", `{"ownerId":${OTHER}}`).expect(201);
    });

    it("is told by the history and the admin port", async () => {
      await send("post", "/orders", `{"owner":${ID}}`);
      expect(await ended("mark")).to.contain(`"owner":${ID}`);
    });

    it("that names records as a list in the URL is their key", async () => {
      await send("post", `/posts:destroy?filterByTk=[${ID}]`, "");
      expect(gateway.upstream.lines()).to.deep.equal([`DELETE /posts/${ID}`]);
    });
  });

  describe("in a webhook", () => {
    it("is the key of the record that is written, and a filter, a header, a text", async () => {
      await send("post", "/webhook:trigger/write", `{"id":${ID},"title":"a"}`).expect(200);
      const history = await ended("write");
      expect(gateway.upstream.lines()).to.deep.equal([
        `PATCH /posts/${ID}`,
        `GET /posts/${ID}`,
        `GET /posts?owner=${ID}`,
        "GET /posts",
        `DELETE /posts/${ID}`,
      ]);
      expect(bodyAt(`PATCH /posts/${ID}`)).to.equal(`{"ref":${ID},"fixed":${ID}}`);
      expect(history).to.contain(`"messages":["number ${ID}"]`);
      expect(history).to.contain(`"result":[{"id":${ID},"owner":${ID},"categoryId":${OTHER}}]`);
      expect(history).to.contain(`"result":{"id":${ID}}`);
    });

    it("goes into a request step's URL, header and body, and comes out of its answer", async () => {
      await send("post", "/webhook:trigger/call", `{"id":${ID}}`).expect(200, `{"told":${OTHER}}`);
      const [asked] = service.asked;
      expect(asked?.url).to.equal(`/${ID}?id=${ID}`);
      expect(String(asked?.body)).to.equal(`{"id":${ID}}`);
      expect(headerPairs(asked?.headers ?? [])).to.deep.include(["x-id", ID]);
    });

    it("makes two deliveries of ids that differ in the last digit, and one of the same", async () => {
      for (const id of [ID, OTHER, ID]) {
        await send("post", "/webhook:trigger/once", `{"id":${id}}`).expect(200);
      }
      const { body } = await request(gateway.adminUrl).get("/runs?workflow=once");
      expect(body.runs).to.have.length(2);
    });

    it("is in what a loop goes over, in variables and in the output", async () => {
      const { text } = await send("post", "/webhook:trigger/walk", `{"ids":[${ID},${OTHER}]}`);
      expect(text).to.equal(`[${ID},${OTHER}]`);
    });

    it("that is the number of turns of a loop errs, as any other number over the limit", async () => {
      await send("post", "/webhook:trigger/count", `{"times":${ID}}`).expect(500);
      expect(await ended("count")).to.contain("LOOP_TOO_LONG");
    });

    it("outside 64 bits errs where an expression uses it", async () => {
      await send("post", "/webhook:trigger/once", '{"id":123456789012345678901}').expect(400);
    });
  });

  describe("in an answer", () => {
    it("is the record of a post-action, and its association's key", async () => {
      const { text } = await send("post", "/saved", `{"id":${ID}}`);
      expect(text).to.equal(`{"id":${ID},"title":"created"}`);
      const history = await ended("saved");
      expect(history).to.contain(`"data":{"id":${ID},"title":"created"}`);
      expect(history).to.contain(`"messages":["${ID}"]`);
    });

    it("is the key by which a record is loaded that the answer does not tell", async () => {
      await send("patch", `/silent/${ID}`, "{}");
      expect(await ended("silent")).to.contain(`"data":{"id":${ID},"title":"loaded"}`);
    });

    it("stays as it is where a custom action's record is overwritten", async () => {
      const { text } = await send(
        "post",
        `/posts:trigger/${ID}?triggerWorkflows=custom`,
        `{"owner":${OTHER}}`,
      );
      expect(text).to.equal(`{"data":{"id":${ID},"owner":${OTHER}}}`);
    });
  });

  it("is replayed as it was, and in data that is given", async () => {
    await send("post", "/webhook:trigger/call", `{"id":${ID}}`).expect(200);
    const { id } = JSON.parse(await ended("call")) as RunDetail;
    const again = request(gateway.adminUrl).post(`/runs/${id}/replay`).type("json");
    const { body } = await again.send(`{"data":{"id":${OTHER}}}`).expect(201);
    const history = await run(body.id);
    expect(history).to.contain(`"body":{"id":${ID}}`).and.to.contain(`"data":{"id":${OTHER}}`);
  });

  const { value } = letrec<{ value: Json }>((tie) => ({
    value: oneof(
      { depthSize: "small" },
      bigInt(-(10n ** 25n), 10n ** 25n).map((n) => parseJson(String(n))),
      nat(),
      string(),
      array(tie("value")),
      dictionary(string({ minLength: 1 }), tie("value")),
    ),
  }));
  itHolds(
    "goes to the upstream when another field is set, into the history, and from there into a replay",
    asyncProperty(value, async (given) => {
      gateway.upstream.asked.splice(0);
      const text = jsonText({ given });
      const answered = await send("post", "/orders", text).expect(201);
      expect(bodyAt("POST /orders")).to.equal(jsonText({ given, seen: true }));
      const id = /id="([^"]*)"/.exec(String(answered.headers["workflow-runs"]))?.[1];
      await eventually(async () => expect(await run(id)).to.contain(`"values":${text}`));
      const again = await request(gateway.adminUrl)
        .post(`/runs/${id}/replay`)
        .type("json")
        .expect(201);
      expect(await run(again.body.id)).to.contain(`"values":${text}`);
    }),
    { runs: 20 },
  );
});

const answer: Answer = ({ method, url = "" }, response) => {
  const json = (status: number, text: string) =>
    void response.writeHead(status, { "content-type": "application/json" }).end(text);
  if (url.startsWith("/saved")) return json(201, `{"id":${ID},"title":"created"}`);
  if (url.startsWith("/silent") && method === "PATCH") return void response.writeHead(204).end();
  if (url.startsWith("/silent")) return json(200, `{"id":${ID},"title":"loaded"}`);
  if (url === `/${ID}?id=${ID}`) return json(200, `{"told":${OTHER}}`);
  if (method === "GET" && /^\/posts(\?|$)/.test(url)) {
    return json(200, `[{"id":${OTHER}},{"id":${ID},"owner":${ID},"categoryId":${OTHER}}]`);
  }
  if (method === "GET") return json(200, `{"id":${ID}}`);
  if (method === "DELETE") return json(200, `{"id":${ID}}`);
  return json(method === "POST" ? 201 : 200, "{}");
};

const workflows = `
identity: none
workflows:
  mark:
    trigger: { type: pre-action, global: true, collection: orders, actions: [create] }
    steps: [{ type: set-request, values: { seen: true } }]
  guard:
    trigger: { type: pre-action, global: true, collection: guarded, actions: [create] }
    steps: [{ type: end, if: trigger.params.values.ownerId == ${ID}, status: failed }]
  compare:
    trigger: { type: pre-action, global: true, collection: written, actions: [create] }
    steps:
      - { id: yaml, type: calculation, value: ${ID} }
      - id: variable
        type: calculation
        value: \${ID}
      - type: end
        if: trigger.params.values.ownerId == steps.yaml && trigger.params.values.ownerId == steps.variable
        status: succeeded
  write:
    trigger: { type: webhook }
    steps:
      - type: update
        collection: posts
        key: "\${{ trigger.body.id }}"
        values: { ref: "\${{ trigger.body.id }}", fixed: ${ID} }
      - { type: query, collection: posts, filter: { owner: "\${{ trigger.body.id }}" } }
      - { type: destroy, collection: posts, filter: { id: { $lt: ${OTHER}, $gt: 7 } } }
      - { type: response-message, message: "number \${{ trigger.body.id }}" }
  call:
    trigger: { type: webhook, sync: true }
    steps:
      - id: call
        type: request
        method: POST
        url: "\${SERVICE}/\${{ trigger.body.id }}"
        query: { id: "\${{ trigger.body.id }}" }
        headers: { X-Id: "\${{ trigger.body.id }}" }
        body: "\${{ trigger.body }}"
      - { type: response, body: "\${{ steps.call.data }}" }
  once:
    trigger: { type: webhook, dedupe: { key: "\${{ trigger.body.id }}", for: 1h } }
    steps: []
  walk:
    trigger: { type: webhook, sync: true }
    steps:
      - { type: variable, name: all, value: [] }
      - type: loop
        over: trigger.body.ids
        steps: [{ type: variable, name: all, value: "\${{ vars.all + [each.item] }}" }]
      - { type: response, body: "\${{ vars.all }}" }
  count:
    trigger: { type: webhook, sync: true }
    steps: [{ type: loop, over: trigger.body.times, steps: [] }]
  saved:
    trigger: { type: post-action, global: true, collection: saved, actions: [create] }
    steps: [{ type: response-message, message: "\${{ trigger.data.id }}" }]
  silent:
    trigger: { type: post-action, global: true, collection: silent, actions: [update] }
    steps: []
  custom:
    trigger: { type: custom-action, collection: posts, context: record, sync: true }
    steps: [{ type: output, value: "\${{ trigger.data }}" }]
`;
