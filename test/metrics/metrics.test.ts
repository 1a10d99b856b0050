import { once } from "node:events";
import { connect } from "node:net";
import { expect } from "chai";
import request from "supertest";
import { WebSocket, WebSocketServer } from "ws";
import { onBothStores } from "../support/both-stores.ts";
import { eventually } from "../support/eventually.ts";
import { type TestGateway, startTestGateway } from "../support/gateway.ts";
import { type TestUpstream, answerJson } from "../support/upstream.ts";
import { type Sample, samplesOf, valueOf } from "./samples.ts";

onBothStores("the metrics of a gateway", () => {
  let gateway: TestGateway;
  beforeEach(async () => {
    gateway = await startTestGateway(workflows, {
      answer(asked, response) {
        if (asked.url?.startsWith("/broken") === true) return void response.destroy();
        answerJson(response, asked.method === "POST" ? 201 : 200, { id: 1 });
      },
    });
  });
  afterEach(() => gateway.stop());

  const scrape = (of = gateway) => samplesFrom(of);
  const shows = (name: string, labels: Record<string, string>, value: number) =>
    eventually(async () => expect(valueOf(await scrape(), name, labels)).to.equal(value));
  const isCounted = async (way: string, status: string, requests = 1) => {
    await shows("sidehook_requests_total", { way, status }, requests);
    await shows("sidehook_request_duration_seconds_count", { way }, requests);
  };

  it("come as Prometheus's text, to everyone who reaches the admin port", async () => {
    const answer = await request(gateway.adminUrl).get("/metrics").expect(200);
    expect(answer.headers["content-type"]).to.equal("text/plain; version=0.0.4; charset=utf-8");
    await request(gateway.adminUrl).post("/metrics").expect(405);
  });

  it("are each gateway's own, also where two are in one process", async () => {
    const other = await startTestGateway(workflows);
    try {
      await request(gateway.url).get("/posts").expect(200);
      await isCounted("pass", "200");
      expect(valueOf(await scrape(other), "sidehook_requests_total")).to.equal(null);
    } finally {
      await other.stop();
    }
  });

  describe("count requests by way and status:", () => {
    it("those that pass", async () => {
      await request(gateway.url).get("/posts").expect(200);
      await request(gateway.url).get("/posts/1").expect(200);
      await isCounted("pass", "200", 2);
    });

    it("those that a workflow looks at, and is their answer", async () => {
      await request(gateway.url).post("/posts").send({ title: "a" }).expect(201);
      await isCounted("hooks", "201");
      await request(gateway.url).post("/posts").send({ title: "bad" }).expect(400);
      await shows("sidehook_requests_total", { way: "hooks", status: "400" }, 1);
    });

    it("custom actions and webhooks", async () => {
      await request(gateway.url)
        .post("/workflows:trigger?triggerWorkflows=act")
        .send({})
        .expect(200);
      await isCounted("custom-action", "200");
      await request(gateway.url).post("/webhook:trigger/hook").send({}).expect(200);
      await isCounted("webhook", "200");
    });

    it("those that the front door refuses", async () => {
      await request(gateway.url).get("/secret/1").expect(403);
      await isCounted("refused", "403");
    });

    it("those that the upstream does not answer, with the kind of the error", async () => {
      await request(gateway.url).post("/broken").expect(502);
      await isCounted("pass", "502");
      await shows("sidehook_upstream_errors_total", { kind: "unreachable" }, 1);
    });

    it("upgrades, when they begin", async () => {
      const { url } = gateway.upstream;
      const sockets = new WebSocketServer({ port: 0 });
      await once(sockets, "listening");
      const upgrading = await startTestGateway("", { upstream: upstreamOf(sockets, url) });
      try {
        const socket = new WebSocket(upgrading.url.replace("http", "ws"));
        await once(socket, "open");
        await eventually(async () =>
          expect(
            valueOf(await scrape(upgrading), "sidehook_requests_total", {
              way: "upgrade",
              status: "101",
            }),
          ).to.equal(1),
        );
        socket.terminate();
      } finally {
        await upgrading.stop();
      }
    });

    it("those that are not HTTP, apart", async () => {
      const { port } = new URL(gateway.url);
      const socket = connect(Number(port), "127.0.0.1").on("error", () => undefined);
      socket.end("this is not HTTP\r\n\r\n");
      socket.resume();
      await shows("sidehook_malformed_requests_total", {}, 1);
    });
  });

  it("time the answers of the upstream", async () => {
    await request(gateway.url).get("/posts").expect(200);
    await shows("sidehook_upstream_latency_seconds_count", {}, 1);
  });

  it("count runs by workflow, trigger and status, and time their steps", async () => {
    await request(gateway.url).post("/posts").send({ title: "bad" }).expect(400);
    const check = { workflow: "check", trigger: "pre-action" };
    await shows("sidehook_runs_total", { ...check, status: "failed" }, 1);
    await shows("sidehook_runs_total", { ...check, status: "succeeded" }, 0);
    await shows("sidehook_run_duration_seconds_count", { workflow: "check" }, 1);
    await shows("sidehook_steps_total", { type: "condition", status: "failed" }, 1);
    await shows("sidehook_step_duration_seconds_count", { type: "condition" }, 1);
  });

  it("count queued runs when their ends are committed", async () => {
    await request(gateway.url).post("/webhook:trigger/hook").send({}).expect(200);
    const hook = { workflow: "hook", trigger: "webhook", status: "succeeded" };
    await shows("sidehook_runs_total", hook, 1);
    await shows("sidehook_steps_total", { type: "log", status: "succeeded" }, 1);
  });

  it("tell how many runs wait", async () => {
    await request(gateway.url).post("/webhook:trigger/later").send({}).expect(200);
    await shows("sidehook_runs", { status: "waiting" }, 1);
    await shows("sidehook_runs", { status: "queued" }, 0);
  });

  it("time the commits of the store, and count its writes", async () => {
    await request(gateway.url).post("/webhook:trigger/hook").send({}).expect(200);
    await eventually(async () => {
      const samples = await scrape();
      expect(valueOf(samples, "sidehook_store_commit_duration_seconds_count")).to.be.above(1);
      expect(valueOf(samples, "sidehook_store_jobs_total", { result: "written" })).to.be.above(1);
      expect(valueOf(samples, "sidehook_store_pending_jobs")).to.equal(0);
      expect(valueOf(samples, "sidehook_store_ready")).to.equal(1);
    });
  });

  it("tell the hash of the configuration, in the label of an info metric", async () => {
    const own = hashIn(await scrape());
    expect(own).to.match(/^[0-9a-f]{64}$/);
    const other = await startTestGateway("");
    try {
      expect(hashIn(await scrape(other))).not.to.equal(own);
    } finally {
      await other.stop();
    }
  });

  it("have no labels that a client chooses", async () => {
    for (const path of ["/zebra", "/webhook:trigger/zebra", "/posts:zebra", "/zebra?x=zebra"]) {
      await request(gateway.url).post(path).set("X-Request-Id", "zebra").send({ zebra: "zebra" });
    }
    await request(gateway.url).post("/posts?triggerWorkflows=zebra!zebra").send({ title: "a" });
    await isCounted("webhook", "404");
    const { text } = await request(gateway.adminUrl).get("/metrics");
    expect(text).not.to.include("zebra");
  });
});

async function samplesFrom({ adminUrl }: TestGateway): Promise<readonly Sample[]> {
  return samplesOf((await request(adminUrl).get("/metrics").expect(200)).text);
}

const hashIn = (samples: readonly Sample[]) =>
  samples.find(({ name }) => name === "sidehook_config_info")?.labels["hash"];

/** A WebSocket server as the upstream of a gateway. */
function upstreamOf(sockets: WebSocketServer, other: string): TestUpstream {
  const address = sockets.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: other.replace(/\d+$/, String(port)),
    port,
    asked: [],
    lines: () => [],
    stop: () => new Promise((resolve) => sockets.close(() => resolve())),
  };
}

const workflows = `
closed: [/secret/*rest]
identity: none
workflows:
  check:
    trigger: { type: pre-action, collection: posts, global: true, actions: [create] }
    steps:
      - { type: condition, if: 'trigger.params.values.title != "bad"' }
  act:
    trigger: { type: custom-action, context: none }
    steps: [{ type: log, message: acts }]
  hook:
    trigger: { type: webhook }
    steps: [{ type: log, message: called }]
  later:
    trigger: { type: webhook }
    steps: [{ type: delay, for: 1d }]
`;
