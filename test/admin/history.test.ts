import { expect } from "chai";
import type { AdminOptions } from "../../src/admin/app.ts";
import type { RunPage } from "../../src/model/history.ts";
import type { Store } from "../../src/store/store.ts";
import { onBothStores } from "../support/both-stores.ts";
import { aStart, aStep, aWorkflow, anEnd, record } from "../support/runs.ts";
import { type AdminPort, openAdminPort, problem } from "./admin-port.ts";

onBothStores("the history at the admin port", () => {
  let port: AdminPort;
  let history: Store;
  beforeEach(async () => {
    port = await openAdminPort();
    history = port.store;
  });
  afterEach(() => port.close());
  const start = (own?: Partial<AdminOptions>) => port.start(own);

  describe("lists runs", () => {
    it("newest first, with next: null where there are no more", async () => {
      const admin = await start();
      await admin.get("/runs").expect(200, { runs: [], next: null });
      const startedAt = new Date("2026-01-02T03:04:05.678Z");
      const finishedAt = new Date("2026-01-02T03:04:05.700Z");
      const first = await record(history, {
        start: {
          startedAt,
          requestId: "req-1",
          traceparent: `00-${"f".repeat(32)}-${"a".repeat(16)}-01`,
        },
        end: { finishedAt, status: "failed" },
      });
      const second = await record(history);
      const response = await admin.get("/runs").expect("content-type", /^application\/json/);
      expect(idsOf(response)).to.deep.equal([second, first]);
      expect((response.body as RunPage).runs[1]).to.deep.equal({
        id: first,
        workflow: "check-title",
        trigger: "pre-action",
        status: "failed",
        startedAt: startedAt.toISOString(),
        finishedAt: finishedAt.toISOString(),
        requestId: "req-1",
        traceId: "f".repeat(32),
        parent: null,
        replayOf: null,
        error: null,
      });
    });

    it("none for a text that no run has, whatever its characters", async () => {
      const admin = await start();
      for (const text of ["%00", "a%00b", "%EF%BF%BF", "%ED%A0%80", "%F0%9F%98%80"]) {
        await admin.get(`/runs?workflow=${text}`).expect(200, { runs: [], next: null });
        await admin.get(`/runs?error=${text}`).expect(200, { runs: [], next: null });
        await admin.get(`/runs?trigger=${text}`).expect(200, { runs: [], next: null });
        await admin.get(`/runs?parent=${text}`).expect(400);
        for (const path of ["/runs", "/workflows"]) {
          await admin.get(`${path}/${text}`).expect(text === "%ED%A0%80" ? 400 : 404);
        }
        for (const verb of ["cancel", "dismiss", "resume", "replay"]) {
          await admin
            .post(`/runs/${text}/${verb}`)
            .type("json")
            .send("{}")
            .expect(text === "%ED%A0%80" ? 400 : 404);
        }
      }
      expect(port.logged).to.deep.equal([]);
    });

    it("50 at most, or as many as limit says, and next leads on", async () => {
      const ids: string[] = [];
      for (let n = 0; n < 60; n++) ids.unshift(await record(history));
      const admin = await start();
      const first = await admin.get("/runs").expect(200);
      expect(idsOf(first)).to.deep.equal(ids.slice(0, 50));
      expect((first.body as RunPage).next).to.equal(ids[49]);
      const rest = await admin.get(`/runs?limit=500&before=${ids[49]!.toUpperCase()}`).expect(200);
      expect(idsOf(rest)).to.deep.equal(ids.slice(50));
      expect((rest.body as RunPage).next).to.equal(null);
      expect(idsOf(await admin.get("/runs?limit=1"))).to.deep.equal([ids[0]]);
    });

    it("of one status and one workflow", async () => {
      const failed = await record(history, { end: { status: "failed" } });
      const other = await record(history, { workflow: aWorkflow({ key: "other" }) });
      const admin = await start();
      expect(idsOf(await admin.get("/runs?status=failed"))).to.deep.equal([failed]);
      expect(idsOf(await admin.get("/runs?workflow=other"))).to.deep.equal([other]);
      expect(idsOf(await admin.get("/runs?workflow=other&status=failed"))).to.deep.equal([]);
      expect(idsOf(await admin.get("/runs?workflow=nosuch"))).to.deep.equal([]);
    });
  });

  describe("shows one run", () => {
    it("with its context, its steps, its messages and its output", async () => {
      const workflow = aWorkflow();
      const run = aStart({ requestId: "req-2", trigger: { type: "pre-action", user: { id: 1 } } });
      const error = { message: "No", code: "REQUEST_FAILED", step: "call" };
      const step = aStep({ path: "call", id: "call", type: "request", status: "errored", error });
      const end = anEnd(run, { status: "errored", messages: ["Hello"], output: 5, error });
      await history.finish(workflow, run, end, [step]);

      const { body } = await (await start()).get(`/runs/${run.id}`).expect(200);
      expect(body).to.deep.equal({
        id: run.id,
        workflow: "check-title",
        status: "errored",
        startedAt: run.startedAt.toISOString(),
        finishedAt: end.finishedAt.toISOString(),
        requestId: "req-2",
        traceId: null,
        trigger: { type: "pre-action", user: { id: 1 } },
        steps: [
          {
            path: "call",
            id: "call",
            type: "request",
            status: "errored",
            attempt: 1,
            input: null,
            result: null,
            error,
            startedAt: step.startedAt.toISOString(),
            durationMs: 0.5,
          },
        ],
        attempt: 0,
        replayedAs: null,
        messages: ["Hello"],
        output: 5,
        error,
        definition: {
          hash: workflow.definition.hash,
          source: JSON.parse(workflow.definition.source) as unknown,
          current: null,
        },
        request: null,
        children: [],
        parent: null,
        replayOf: null,
      });
    });

    it("and answers 404 when there is none with that id", async () => {
      const admin = await start();
      const none = problem("NOT_FOUND", "There is no such run");
      await admin.get("/runs/0192d3c4-0000-7000-8000-000000000000").expect(404, none);
      await admin.get("/runs/nosuch").expect(404, none);
      await admin.get("/runs/..%2f..%2fetc%2fpasswd").expect(404, none);
    });

    it("and answers 400 when the path can't be decoded", async () => {
      const { body } = await (await start()).get("/runs/%zz").expect(400);
      expect(body).to.have.nested.property("errors[0].code", "BAD_REQUEST");
    });
  });

  it("is a 500 without a stack when the store can't be read, and the log has it", async () => {
    await history.close();
    const { text } = await (await start()).get("/runs").expect(500);
    const message = "The gateway met an unexpected error";
    expect(JSON.parse(text)).to.deep.equal(problem("INTERNAL", message));
    expect(port.logged).to.deep.equal(["admin request failed"]);
  });
});

function idsOf({ body }: { body: unknown }): string[] {
  return (body as RunPage).runs.map(({ id }) => id);
}
