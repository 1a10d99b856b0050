import { expect } from "chai";
import type { AdminOptions } from "../../src/admin/app.ts";
import type { RunDetail } from "../../src/model/history.ts";
import type { Workflow } from "../../src/model/workflow.ts";
import { onBothStores } from "../support/both-stores.ts";
import { aWorkflow, theClaim } from "../support/runs.ts";
import { type AdminPort, openAdminPort, problem } from "./admin-port.ts";

onBothStores("workflows, by the admin port,", () => {
  let port: AdminPort;
  beforeEach(async () => (port = await openAdminPort()));
  afterEach(() => port.close());

  it("are listed in the order of the configuration", async () => {
    const admin = await port.start(withWorkflows(guard, pay));
    await admin.get("/workflows").expect(200, {
      workflows: [
        { key: "guard", title: "Guard", enabled: true, trigger: "pre-action", steps: 0, runs: {} },
        { key: "pay", title: null, enabled: false, trigger: "subflow", steps: 0, runs: {} },
      ],
    });
    await (await port.start()).get("/workflows").expect(200, { workflows: [] });
  });

  it("are listed with how many of their runs are kept, by status", async () => {
    const admin = await port.start(withWorkflows(guard));
    for (const context of [{}, {}]) {
      await admin.post("/workflows/guard/run").send({ context }).expect(201);
    }
    const { body } = await admin.get("/workflows").expect(200);
    expect(body).to.have.deep.nested.property("workflows[0].runs", { queued: 2 });
  });

  it("are shown to users only, where there are any", async () => {
    const admin = await port.start({ users: { ann: "pw" } });
    await admin.get("/workflows").expect(401);
    await admin.get("/workflows").auth("ann", "pw").expect(200);
  });

  describe("are run by hand", () => {
    it("with a context, which their steps see as trigger", async () => {
      const admin = await port.start(withWorkflows(guard));
      const context = { params: { values: { title: "ab" } } };
      const asked = await admin.post("/workflows/guard/run").send({ context }).expect(201);
      const run = asked.body as RunDetail;
      expect(run).to.deep.include({
        workflow: "guard",
        status: "queued",
        trigger: context,
        requestId: null,
        replayOf: null,
      });
      expect(await theClaim(port.store.queue)).to.deep.include({ id: run.id, trigger: context });
    });

    it("with integers to the last digit", async () => {
      const admin = await port.start(withWorkflows(guard));
      const asked = admin.post("/workflows/guard/run").type("json");
      const { text } = await asked.send('{"context":{"id":50755254975729665}}').expect(201);
      expect(text).to.contain('"trigger":{"id":50755254975729665}');
    });

    it("without a context, and also while they are disabled", async () => {
      const admin = await port.start(withWorkflows(pay));
      for (const body of [{}, { context: {} }]) {
        const asked = await admin.post("/workflows/pay/run").send(body).expect(201);
        expect((asked.body as RunDetail).trigger).to.deep.equal({});
      }
    });

    it("or not (404) when there is none with that key", async () => {
      const admin = await port.start(withWorkflows(guard));
      for (const key of ["nosuch", "constructor", "GUARD"]) {
        const error = problem("WORKFLOW_NOT_FOUND", `There is no workflow "${key}"`);
        await admin.post(`/workflows/${key}/run`).send({}).expect(404, error);
      }
    });

    it("or not (400) when the context is not an object, or the body has other members", async () => {
      const admin = await port.start(withWorkflows(guard));
      const message = "A run takes { context: an object, which its steps see as trigger }";
      for (const body of [{ context: 1 }, { context: [] }, { context: null }, { contxt: {} }, []]) {
        const asked = admin.post("/workflows/guard/run").send(body);
        await asked.expect(400, problem("BAD_REQUEST", message));
      }
      expect((await port.store.list({ limit: 9 })).runs).to.deep.equal([]);
    });

    it("or not (503) when the run can't be recorded", async () => {
      const admin = await port.start(withWorkflows(guard));
      await port.store.close();
      const { body } = await admin.post("/workflows/guard/run").send({}).expect(503);
      expect(body).to.have.nested.property("errors[0].code", "STORE_UNAVAILABLE");
    });

    it("or not (405) by a GET", async () => {
      const admin = await port.start(withWorkflows(guard));
      await admin.get("/workflows/guard/run").expect(405).expect("allow", "POST");
    });
  });
});

const guard = aWorkflow({ key: "guard", title: "Guard" });
const pay = aWorkflow({ key: "pay", enabled: false, trigger: { type: "subflow" } });

const withWorkflows = (...all: Workflow[]): Partial<AdminOptions> => ({
  workflows: () => all,
  workflowOf: (key) => all.find((workflow) => workflow.key === key) ?? null,
});
