import { expect } from "chai";
import { v7 as uuid } from "uuid";
import { onBothStores } from "../support/both-stores.ts";
import { aNewRun, aWorkflow, definitionOf, record } from "../support/runs.ts";
import { type AdminPort, openAdminPort, problem } from "./admin-port.ts";

onBothStores("the admin port tells", () => {
  let port: AdminPort;
  beforeEach(async () => (port = await openAdminPort()));
  afterEach(() => port.close());

  it("how the gateway is doing", async () => {
    await port.store.queue.accept([aNewRun()]);
    await record(port.store);
    const { body } = await (await port.start()).get("/status").expect(200);
    expect(body).to.deep.include({
      version: "1.2.3",
      startedAt: "2026-01-02T03:04:05.000Z",
      node: process.version,
      store: { kind: "sqlite", ready: true },
      queue: { queued: 1, waiting: 0, running: 0, unconfirmed: 0 },
      upstream: "http://127.0.0.1:3000",
    });
    expect(body).to.have.nested.property("configuration.lastReload", null);
  });

  it("how many runs there were lately, by status", async () => {
    const now = new Date("2026-01-02T12:00:00Z");
    await record(port.store, { start: at("2026-01-02T11:00:00Z") });
    await record(port.store, { start: at("2026-01-02T11:59:00Z"), end: { status: "failed" } });
    await record(port.store, { start: at("2026-01-02T10:59:59.999Z") });
    const admin = await port.start({ now: () => now });
    const runs = { succeeded: 1, failed: 1 };
    const since = "2026-01-02T11:00:00.000Z";
    const { body } = await admin.get("/statistics").expect(200);
    expect(body).to.deep.equal({ since, runs, complete: true });
    const day = await admin.get("/statistics?last=24h").expect(200);
    expect(day.body).to.have.deep.property("runs", { failed: 1, succeeded: 2 });
    const message = "last should be a duration of 1m to 1d: 15m, 1h, 24h";
    for (const query of ["last=", "last=25h", "last=1s", "last=soon", "last=1h&last=2h"]) {
      await admin.get(`/statistics?${query}`).expect(400, problem("BAD_REQUEST", message));
    }
  });

  it("a workflow with its definition, its YAML and how its runs went", async () => {
    const source =
      '{"title":"Check","trigger":{"type":"pre-action","collection":"posts"},"steps":[]}';
    const workflow = aWorkflow({ definition: definitionOf(source) });
    const startedAt = new Date();
    for (const [milliseconds, status] of [
      [10, "succeeded"],
      [20, "succeeded"],
      [30, "errored"],
      [1_000, "failed"],
    ] as const) {
      const finishedAt = new Date(startedAt.getTime() + milliseconds);
      await record(port.store, { workflow, start: { startedAt }, end: { status, finishedAt } });
    }
    const admin = await port.start({
      workflowOf: (key) => (key === "check-title" ? workflow : null),
    });
    const { body } = await admin.get("/workflows/check-title").expect(200);
    expect(body).to.deep.include({
      key: "check-title",
      trigger: "pre-action",
      runs: { errored: 1, failed: 1, succeeded: 2 },
      yaml: "title: Check\ntrigger:\n  type: pre-action\n  collection: posts\nsteps: []\n",
      triggerConfig: { type: "pre-action", collection: "posts" },
      definition: { hash: workflow.definition.hash, source: JSON.parse(source) as unknown },
    });
    const { statistics } = body as { statistics: object };
    expect(statistics).to.include({ ended: 4, failureRate: 0.5, p50Ms: 20, p95Ms: 1_000 });
    const none = problem("WORKFLOW_NOT_FOUND", 'There is no workflow "nosuch"');
    await admin.get("/workflows/nosuch").expect(404, none);
  });
});

const at = (time: string) => ({ id: uuid({ msecs: Date.parse(time) }) });
