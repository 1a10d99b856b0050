import { expect } from "chai";
import type { RunView } from "../../src/admin/run-view.ts";
import type { JsonObject } from "../../src/model/json.ts";
import type { RunStart, StepRecord } from "../../src/model/run.ts";
import type { Workflow } from "../../src/model/workflow.ts";
import { onBothStores } from "../support/both-stores.ts";
import { aStart, aStep, aWorkflow, anEnd, definitionOf, record } from "../support/runs.ts";
import { type AdminPort, openAdminPort } from "./admin-port.ts";

onBothStores("the admin port tells of one run", () => {
  let port: AdminPort;
  beforeEach(async () => (port = await openAdminPort()));
  afterEach(() => port.close());

  const view = async (id: string, today: Workflow | null = null) => {
    const admin = await port.start({ workflowOf: () => today });
    const { body } = await admin.get(`/runs/${id}`).expect(200);
    return body as RunView;
  };

  describe("whether its definition is today's:", () => {
    it("it is, and is told once", async () => {
      const told = await view(await record(port.store), aWorkflow());
      expect(told.definition.current).to.equal(true);
      expect(told).to.not.have.property("currentDefinition");
    });

    it("it is not, and today's stands beside it", async () => {
      const today = aWorkflow({ definition: definitionOf('{"title":"Today","steps":[]}') });
      const told = await view(await record(port.store), today);
      expect(told.definition.current).to.equal(false);
      expect(told.currentDefinition).to.deep.equal({ title: "Today", steps: [] });
    });

    it("there is no such workflow any more", async () => {
      const told = await view(await record(port.store));
      expect(told.definition.current).to.equal(null);
      expect(told).to.not.have.property("currentDefinition");
    });
  });

  it("which runs it has started, newest first", async () => {
    const parent = await record(port.store);
    const [first, second] = [
      await record(port.store, { start: { parent } }),
      await record(port.store, { start: { parent } }),
    ];
    const { children } = await view(parent);
    expect(children.map(({ id }) => id)).to.deep.equal([second, first]);
    expect(children[0]).to.include({ workflow: "check-title", status: "succeeded", parent });
    expect((await view(first)).children).to.deep.equal([]);
  });

  describe("how the request came and how a pre-action left it:", () => {
    const trigger = {
      params: { filterByTk: "7", filter: null, values: { title: "ab", n: 1 } },
      user: null,
      roleName: null,
      collection: "posts",
      action: "update",
      request: {
        method: "PATCH",
        path: "/posts/7",
        query: { page: "1", expand: "all" },
        headers: { "x-tenant": "a" },
        ip: "127.0.0.1",
      },
    };
    const before = {
      method: "PATCH",
      path: "/posts/7",
      collection: "posts",
      action: "update",
      filterByTk: "7",
      filter: null,
      values: { title: "ab", n: 1 },
      headers: { "x-tenant": "a" },
      query: { page: "1", expand: "all" },
    };
    const passage = async (
      steps: StepRecord[],
      own: Partial<RunStart> = {},
      workflow = aWorkflow(),
    ) => {
      const start = aStart({ trigger, requestId: "req-1", ...own });
      await port.store.finish(workflow, start, anEnd(start), steps);
      return (await view(start.id)).request;
    };

    it("alike where it changed nothing", async () => {
      expect(await passage([aStep()])).to.deep.equal({ before, after: before });
    });

    it("with all changes, in their order", async () => {
      const steps = [
        change({ values: { title: "Ab" }, headers: { "X-Tenant": "b" }, query: { page: null } }),
        change({ values: { title: "AB", draft: true }, replace: false }),
      ];
      const after = {
        ...before,
        values: { title: "AB", n: 1, draft: true },
        headers: { "x-tenant": "b" },
        query: { expand: "all" },
      };
      expect(await passage(steps)).to.deep.equal({ before, after });
    });

    it("with a whole new body", async () => {
      const after = { ...before, values: { title: "new" } };
      const steps = [change({ values: { title: "new" }, replace: true })];
      expect(await passage(steps)).to.deep.equal({ before, after });
    });

    it("without a change that failed", async () => {
      const failed = change({ values: { title: "no" } }, { status: "errored" });
      expect(await passage([failed])).to.deep.equal({ before, after: before });
    });

    it("unchanged by one that only observes", async () => {
      const source = JSON.stringify({ trigger: { type: "pre-action", observe: true } });
      const observing = aWorkflow({ definition: definitionOf(source) });
      const told = await passage([change({ values: { title: "no" } })], {}, observing);
      expect(told).to.deep.equal({ before, after: before });
    });

    it("not where too much of it was cut from the record", async () => {
      const cut = { truncated: true, bytes: 2_000_000 };
      expect(await passage([change(cut)])).to.equal(null);
      expect(await passage([], { trigger: cut })).to.equal(null);
    });

    it("not of another trigger", async () => {
      const source = JSON.stringify({ trigger: { type: "post-action" } });
      const told = await passage([], {}, aWorkflow({ definition: definitionOf(source) }));
      expect(told).to.equal(null);
    });
  });
});

const change = (input: JsonObject, own: Partial<StepRecord> = {}) =>
  aStep({ path: "change", type: "set-request", input, ...own });
