import { SamplingDecision } from "@opentelemetry/sdk-trace-base";
import { expect } from "chai";
import request from "supertest";
import type { RunDetail } from "../../src/model/history.ts";
import { onBothStores } from "../support/both-stores.ts";
import { eventually } from "../support/eventually.ts";
import { type TestGateway, startTestGateway } from "../support/gateway.ts";
import { type SeenSpan, type SpanMemory, registerSdk, treeOf } from "../support/spans.ts";
import { type TestUpstream, answerJson, startUpstream } from "../support/upstream.ts";

/** A text that no span may hold. */
const HIDDEN = "HIDE-ME";
const TRACE = "0af7651916cd43dd8448eb211c80319c";
const PARENT = "b7ad6b7169203331";
const traceparent = `00-${TRACE}-${PARENT}-01`;

onBothStores("traces", () => {
  let memory: SpanMemory;
  let gateway: TestGateway;
  let service: TestUpstream;
  before(async () => {
    memory = registerSdk();
    service = await startUpstream((asked, response) =>
      answerJson(response, asked.url?.startsWith("/fails") ? 503 : 200, { token: HIDDEN }),
    );
    gateway = await startTestGateway(workflows(service.url), {
      environment: { KEY: HIDDEN },
      answer: (asked, response) =>
        answerJson(response, asked.method === "POST" ? 201 : 200, { id: 7 }),
    });
  });
  after(async () => {
    await gateway.stop();
    await service.stop();
    memory.remove();
  });
  beforeEach(() => {
    memory.reset();
    service.asked.length = 0;
    gateway.upstream.asked.length = 0;
  });

  /** All spans, once there are so many. */
  async function spans(count: number): Promise<SeenSpan[]> {
    await eventually(() => expect(memory.spans()).to.have.length(count));
    return memory.spans();
  }

  it("have a span for a concerned request, each run, each step and each call, one below the other", async () => {
    await request(gateway.url).post("/posts").send({ title: "a" }).expect(201);
    expect(treeOf(await spans(11))).to.deep.equal([
      "SERVER POST create",
      "  INTERNAL run guard",
      "    INTERNAL step query",
      "      CLIENT GET",
      "    INTERNAL step loop",
      "      INTERNAL step request",
      "        CLIENT POST",
      "      INTERNAL step request",
      "        CLIENT POST",
      "    INTERNAL step output",
      "  CLIENT POST",
    ]);
  });

  it("go on with the trace that the client began, and the upstream and services go on with them", async () => {
    await request(gateway.url)
      .post("/posts")
      .set({ traceparent, tracestate: "vendor=1" })
      .send({ title: "a" })
      .expect(201);
    const all = await spans(11);
    expect(new Set(all.map(({ traceId }) => traceId))).to.deep.equal(new Set([TRACE]));
    const server = all.find(({ kind }) => kind === "SERVER");
    expect(server?.parent).to.equal(PARENT);
    const clients = all.filter(({ kind }) => kind === "CLIENT").map(({ spanId }) => spanId);
    const told = [...header(gateway.upstream, "traceparent"), ...header(service, "traceparent")];
    expect(told.map(spanOf)).to.have.members(clients);
    expect(header(service, "tracestate")).to.deep.equal(["vendor=1", "vendor=1"]);
    const [run] = await gateway.runs();
    expect(run?.traceId).to.equal(TRACE);
  });

  it("begin with the request where the client has none, under the id that the history and the log tell", async () => {
    await request(gateway.url).post("/posts").send({ title: "a" }).expect(201);
    const [run] = await gateway.runs();
    const ids = new Set((await spans(11)).map(({ traceId }) => traceId));
    expect(ids).to.deep.equal(new Set([run?.traceId]));
  });

  it("name requests, runs, steps and calls by the semantic conventions", async () => {
    const sent = request(gateway.url).post("/posts?draft=1").set("x-request-id", "r-1");
    await sent.send({ title: "a" }).expect(201);
    const all = await spans(11);
    const attributes = (name: string) => all.find((one) => one.name === name)?.attributes;
    const [run] = await gateway.runs();
    expect(attributes("POST create")).to.deep.equal({
      "http.request.method": "POST",
      "http.response.status_code": 201,
      "url.scheme": "http",
      "url.path": "/posts",
      "sidehook.request.id": "r-1",
      "sidehook.collection": "posts",
      "sidehook.action": "create",
    });
    expect(attributes("run guard")).to.deep.equal({
      "sidehook.workflow": "guard",
      "sidehook.trigger": "pre-action",
      "sidehook.run.id": run?.id,
      "sidehook.run.attempt": 1,
      "sidehook.run.status": "succeeded",
    });
    expect(attributes("step request")).to.deep.equal({
      "sidehook.run.id": run?.id,
      "sidehook.step.path": "turns[0].tell",
      "sidehook.step.type": "request",
      "sidehook.step.attempt": 1,
    });
    expect(attributes("GET")).to.deep.equal({
      "http.request.method": "GET",
      "http.response.status_code": 200,
      "url.scheme": "http",
      "url.path": "/posts/1",
      "server.address": "127.0.0.1",
      "server.port": gateway.upstream.port,
    });
    expect(all.filter(({ failed }) => failed)).to.be.empty;
  });

  it("hold no secret, no query, no body, no header and no path of a service, also where a step errs", async () => {
    const sent = request(gateway.url)
      .post(`/notes?token=${HIDDEN}&filter=${HIDDEN}`)
      .set({ authorization: `Bearer ${HIDDEN}`, cookie: HIDDEN });
    await sent.send({ title: HIDDEN }).expect(500);
    const all = await spans(4);
    expect(memory.text()).not.to.include(HIDDEN);
    expect(memory.text()).not.to.include("fails");
    const failed = all.filter((one) => one.failed);
    expect(failed.map(({ name, attributes }) => [name, attributes["error.type"]])).to.deep.equal([
      ["POST", "503"],
      ["step request", "REQUEST_FAILED"],
      ["run erring", "REQUEST_FAILED"],
      ["POST create", "500"],
    ]);
  });

  it("tell of a refusal that nothing went wrong", async () => {
    await request(gateway.url).post("/refused").send({}).expect(400);
    const all = await spans(4);
    expect(all.filter(({ failed }) => failed)).to.be.empty;
    expect(all.find(({ name }) => name === "run refusing")?.attributes).to.include({
      "sidehook.run.status": "failed",
    });
  });

  it("have a span for each attempt of a step, and none for a step that is skipped", async () => {
    await request(gateway.url).post("/retried").send({}).expect(500);
    const all = await spans(6);
    const steps = all.filter(({ name }) => name.startsWith("step"));
    expect(steps.map(({ attributes }) => attributes["sidehook.step.attempt"])).to.deep.equal([
      1, 2,
    ]);
  });

  it("leave out a request that passes through, which keeps the traceparent that it came with", async () => {
    await request(gateway.url).get("/posts/1").set({ traceparent }).expect(200);
    await request(gateway.url).post("/posts:publish").set({ traceparent }).send({}).expect(201);
    expect(header(gateway.upstream, "traceparent")).to.deep.equal([traceparent, traceparent]);
    // One that is concerned ends after them.
    await request(gateway.url).post("/refused").send({}).expect(400);
    expect((await spans(4)).map(({ kind }) => kind)).to.deep.equal([
      "INTERNAL",
      "INTERNAL",
      "INTERNAL",
      "SERVER",
    ]);
  });

  it("hold a queued run and its stretches before and after it waits", async () => {
    await request(gateway.url).post("/waits").set({ traceparent }).send({}).expect(201);
    const all = await spans(7);
    const server = all.find(({ kind }) => kind === "SERVER");
    const stretches = all.filter(({ name }) => name === "run later");
    expect(new Set(all.map(({ traceId }) => traceId))).to.deep.equal(new Set([TRACE]));
    expect(stretches.map(({ parent, kind }) => [parent, kind])).to.deep.equal([
      [server?.spanId, "CONSUMER"],
      [server?.spanId, "CONSUMER"],
    ]);
    const statuses = stretches.map(({ attributes }) => attributes["sidehook.run.status"]);
    expect(statuses).to.deep.equal(["waiting", "succeeded"]);
    const waiting = all.find(({ attributes }) => attributes["sidehook.waits"]);
    expect([waiting?.name, waiting?.failed]).to.deep.equal(["step delay", false]);
  });

  it("put a subflow below the step that runs it", async () => {
    await request(gateway.url).post("/pages").send({}).expect(201);
    const tree = treeOf(await spans(6));
    expect(tree).to.deep.equal([
      "SERVER POST create",
      "  INTERNAL run parent",
      "    INTERNAL step subflow",
      "      INTERNAL run child",
      "        INTERNAL step output",
      "  CLIENT POST",
    ]);
  });

  it("begin with the queueing of a run that an operator starts, and the history tells their id", async () => {
    const admin = request(gateway.adminUrl);
    const { body } = await admin.post("/workflows/child/run").send({ context: {} }).expect(201);
    const all = await spans(3);
    expect(treeOf(all)).to.deep.equal([
      "PRODUCER queue child",
      "  CONSUMER run child",
      "    INTERNAL step output",
    ]);
    const { id } = body as RunDetail;
    const run = (await gateway.runs()).find((one) => one.id === id);
    expect(run?.traceId).to.equal(all[0]?.traceId);
  });
});

onBothStores("traces that the SDK does not sample", () => {
  it("are passed on as such, and not exported", async () => {
    const memory = registerSdk({
      shouldSample: () => ({ decision: SamplingDecision.NOT_RECORD }),
      toString: () => "never",
    });
    const gateway = await startTestGateway(workflows("http://127.0.0.1:1"));
    try {
      await request(gateway.url).post("/pages").set({ traceparent }).send({}).expect(200);
      const [asked] = gateway.upstream.asked;
      const value = asked?.headers[asked.headers.indexOf("traceparent") + 1];
      expect(value).to.match(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-00$`));
      expect(memory.spans()).to.be.empty;
    } finally {
      await gateway.stop();
      memory.remove();
    }
  });
});

const header = ({ asked }: TestUpstream, name: string) =>
  asked.map(({ headers }) => headers[headers.findIndex((one) => one.toLowerCase() === name) + 1]);
const spanOf = (text: string | undefined) => text?.split("-")[2];

const workflows = (service: string) => `
identity: none
limits: { loop: 10 }
workflows:
  guard:
    trigger: { type: pre-action, collection: posts, global: true, actions: [create] }
    steps:
      - { type: query, collection: posts, key: "1" }
      - { id: turns, type: loop, over: "[1, 2]", steps: [{ id: tell, type: request, url: "${service}/tell?key=\${{ secrets.KEY }}" }] }
      - { type: output, value: 1 }
  erring:
    trigger: { type: pre-action, collection: notes, global: true, actions: [create] }
    steps:
      - { type: request, url: "${service}/fails/\${{ secrets.KEY }}", headers: { Authorization: "\${{ secrets.KEY }}" } }
  refusing:
    trigger: { type: pre-action, collection: refused, global: true, actions: [create] }
    steps:
      - { type: response-message, message: "${HIDDEN}" }
      - { type: end, status: failed }
  retried:
    trigger: { type: pre-action, collection: retried, global: true, actions: [create] }
    steps:
      - { type: request, if: "false", url: "${service}/tell" }
      - { type: request, url: "${service}/fails", retry: { attempts: 2, delay: 1ms } }
  later:
    trigger: { type: post-action, collection: waits, global: true, actions: [create] }
    steps:
      - { type: delay, for: 50ms }
      - { type: output, value: 1 }
  parent:
    trigger: { type: pre-action, collection: pages, global: true, actions: [create] }
    steps:
      - { type: subflow, workflow: child }
  child:
    trigger: { type: subflow }
    steps:
      - { type: output, value: 1 }
`;
