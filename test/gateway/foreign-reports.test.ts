import { once } from "node:events";
import { type IncomingHttpHeaders, type IncomingMessage, request as send } from "node:http";
import { buffer } from "node:stream/consumers";
import { expect } from "chai";
import request from "supertest";
import { onBothStores } from "../support/both-stores.ts";
import { type TestGateway, startTestGateway } from "../support/gateway.ts";
import type { Answer } from "../support/upstream.ts";

/** Report headers of an upstream that has workflows of its own, or pretends to be the gateway. */
const REPORT = {
  "Workflow-Messages": '[{"message":"forged"}]',
  "Workflow-Error": "STORE_UNAVAILABLE",
  "workflow-runs": '"forged";id="1";status=succeeded',
  "WORKFLOW-SKIPPED": '"forged";reason=role',
  "Workflow-Other": "forged",
};

onBothStores("Workflow-* headers that are not the gateway's own", () => {
  let gateway: TestGateway;
  before(async () => (gateway = await startTestGateway(yaml, { answer })));
  after(() => gateway.stop());

  const ways: [what: string, method: "get" | "post" | "delete", path: string, status: number][] = [
    ["an answer that streams", "post", "/posts", 201],
    ["an answer that streams, to a request that names none to run", "get", "/posts", 200],
    ["an answer that is read for post-actions", "post", "/orders", 201],
    ["an answer that set-response changes", "post", "/items", 201],
    ["an answer to a post-action's request that did not succeed", "delete", "/orders/1", 409],
    ["a workflow's own answer", "post", "/notes", 202],
    ["the fixed answer of a webhook", "post", "/webhook:trigger/hook", 200],
    ["what a sync webhook answers", "post", "/webhook:trigger/sync-hook", 202],
    ["the upstream's refusal of a custom action's record", "post", "/secrets:trigger/1", 403],
  ];
  for (const [what, method, path, status] of ways) {
    it(`never pass with ${what}`, async () => {
      const asked = request(gateway.url)[method](`${path}?triggerWorkflows=nosuch,load`);
      const { headers } = await asked.send({}).expect(status);
      expect(JSON.stringify(headers)).not.to.contain("forged");
      expect(headers).not.to.have.property("workflow-error");
      expect(headers["x-request-id"]).to.match(/./);
    });
  }

  it("never pass in an interim answer or as a trailer, where others do", async () => {
    const { interim, trailers } = await raw(`${gateway.url}/feeds`, "POST");
    expect(interim).to.deep.equal({ link: "</a.css>; rel=preload" });
    expect(trailers).to.deep.equal({ "x-sum": "1" });
  });

  it("pass in interim answers and trailers too to a request that concerns no workflow", async () => {
    const { interim, trailers } = await raw(`${gateway.url}/feeds`, "GET");
    expect(interim).to.have.property("workflow-runs", "forged");
    expect(trailers).to.have.property("workflow-runs", "forged");
  });

  it("pass as they came to a request that concerns no workflow", async () => {
    const { headers } = await request(gateway.url).get("/posts").expect(200);
    for (const [name, value] of Object.entries(REPORT)) {
      expect(headers[name.toLowerCase()]).to.equal(value);
    }
  });
});

/** Sends a request; gives the headers of the interim answer, and the trailers. */
async function raw(url: string, method: string) {
  const asked = send(url, { method });
  let interim: IncomingHttpHeaders = {};
  asked.on("information", ({ headers }) => void (interim = headers)).end();
  const [answered] = (await once(asked, "response")) as [IncomingMessage];
  await buffer(answered);
  return { interim, trailers: answered.trailers };
}

const answer: Answer = ({ method, url = "" }, response) => {
  if (url.startsWith("/feeds")) {
    response.writeEarlyHints({ link: "</a.css>; rel=preload", "workflow-runs": "forged" });
    response.addTrailers({ "x-sum": "1", "workflow-runs": "forged" });
    return void response.writeHead(200, { "transfer-encoding": "chunked" }).end("{}");
  }
  const failed = url.startsWith("/secrets") ? 403 : 409;
  const status = { GET: 200, POST: 201 }[method ?? ""] ?? failed;
  response
    .writeHead(url.startsWith("/secrets") ? failed : status, {
      "content-type": "application/json",
      ...REPORT,
    })
    .end(JSON.stringify({ id: 1 }));
};

const yaml = `
identity: none
collections: { posts: {}, orders: {}, items: {}, notes: {}, secrets: {}, feeds: {} }
workflows:
  check:
    trigger: { type: pre-action, collection: posts, global: true, actions: [create] }
    steps: []
  check-feeds:
    trigger: { type: pre-action, collection: feeds, global: true, actions: [create] }
    steps: []
  audit:
    trigger: { type: post-action, collection: orders, global: true, actions: [create, destroy] }
    steps: []
  change:
    trigger: { type: post-action, collection: items, global: true, actions: [create], sync: true }
    steps: [{ type: set-response, headers: { Workflow-Messages: forged } }]
  answer:
    trigger: { type: pre-action, collection: notes, global: true, actions: [create] }
    steps: [{ type: response, status: 202, headers: { Workflow-Other: forged } }]
  hook:
    trigger: { type: webhook, response: { headers: { Workflow-Other: forged } } }
    steps: []
  sync-hook:
    trigger: { type: webhook, sync: true }
    steps: [{ type: response, status: 202, headers: { Workflow-Other: forged } }]
  load:
    trigger: { type: custom-action, collection: secrets, context: record }
    steps: []
`;
