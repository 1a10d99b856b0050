import { expect } from "chai";
import { v7 as uuid } from "uuid";
import type { AdminOptions } from "../../src/admin/app.ts";
import type { Json } from "../../src/model/json.ts";
import type { RunDetail } from "../../src/model/history.ts";
import type { NewRun } from "../../src/model/queue.ts";
import type { PostActionTrigger, Workflow } from "../../src/model/workflow.ts";
import { onBothStores } from "../support/both-stores.ts";
import { aNewRun, aStart, aStep, aWorkflow, anEnd, record, theClaim } from "../support/runs.ts";
import { type AdminPort, openAdminPort, problem } from "./admin-port.ts";

onBothStores("a replay, by the admin port,", () => {
  let port: AdminPort;
  beforeEach(async () => (port = await openAdminPort()));
  afterEach(() => port.close());

  describe("of a run that has ended", () => {
    it("is a new run, queued, on the recorded context and today's definition", async () => {
      const trigger = { params: { values: { title: "ab" } } };
      const id = await record(port.store, {
        start: { trigger, requestId: "req-1" },
        end: { status: "failed" },
      });
      const today = aWorkflow({ key: "check-title", title: "Today", ...newDefinition });
      const asked = await replay(id, {}, { workflowOf: workflowsOf(today) });
      expect(asked.status).to.equal(201);
      const run = asked.body as RunDetail;
      expect(run).to.deep.include({
        workflow: "check-title",
        status: "queued",
        trigger,
        requestId: "req-1",
        replayOf: id,
        parent: null,
        attempt: 0,
        steps: [],
      });
      expect(run.id).not.to.equal(id);
      expect(run.definition.hash).to.equal(newDefinition.definition.hash);
      expect(await port.store.get(id)).to.include({ status: "failed", replayedAs: null });
      expect((await theClaim(port.store.queue)).id).to.equal(run.id);
    });

    it("may be made as often as need be, also without a body", async () => {
      const id = await record(port.store);
      const admin = await port.start({ workflowOf: () => aWorkflow() });
      for (let n = 0; n < 2; n++) {
        await admin.post(`/runs/${id}/replay`).set("Content-Type", "application/json").expect(201);
      }
    });

    it("takes data for the record", async () => {
      const id = await record(port.store, { start: { trigger: { data: { id: 1 }, user: null } } });
      for (const data of [{ id: 2 }, [1], "text", 0, false, null]) {
        const { body } = await replay(id, { data });
        expect((body as RunDetail).trigger).to.deep.equal({ data, user: null });
      }
    });

    it("loads no record, since the run has recorded one", async () => {
      const id = await record(port.store, { start: { trigger: aContext({ data: null }) } });
      const { status } = await replay(id, {}, { loadRecord: mustNotLoad });
      expect(status).to.equal(201);
    });
  });

  describe("on the old definition", () => {
    it("is queued with the definition that the run ran with, also where the workflow is gone", async () => {
      const before = aWorkflow({ title: "Before" });
      const id = await record(port.store, { workflow: before });
      const asked: unknown[] = [];
      const { status, body } = await replay(
        id,
        { definition: "old" },
        {
          workflowOf: () => null,
          revive(...all) {
            asked.push(all);
            return before;
          },
        },
      );
      expect(status).to.equal(201);
      expect(asked).to.deep.equal([["check-title", before.definition]]);
      const run = body as RunDetail;
      expect(run).to.deep.include({ workflow: "check-title", replayOf: id });
      expect(run.definition.hash).to.equal(before.definition.hash);
    });

    it("is 409 where that can't be compiled any more, and says why", async () => {
      const id = await record(port.store);
      const { status, body } = await replay(id, { definition: "old" }, { revive: cannotRevive });
      expect(status).to.equal(409);
      expect(body).to.deep.equal(problem("CONFLICT", "The step has a type that is not known"));
    });
  });

  describe("from a step on", () => {
    const cases: [string, string[]][] = [
      ["first", []],
      ["turns", ["first"]],
      ["turns[1].pay", ["first", "turns[0].pay"]],
      ["check", ["first", "turns[0].pay", "turns[1].pay", "turns"]],
      ["check.then.say", ["first", "turns[0].pay", "turns[1].pay", "turns"]],
      ["last", ["first", "turns[0].pay", "turns[1].pay", "turns", "check.then.say", "check"]],
    ];
    for (const [from, reused] of cases) {
      it(`takes over the results of the steps before: ${from}`, async () => {
        const id = await withSteps();
        const { status, body } = await replay(id, { from });
        expect(status).to.equal(201);
        const { steps } = body as RunDetail;
        expect(steps.map(({ path }) => path)).to.deep.equal(reused);
      });
    }

    for (const from of ["nosuch", "fir", "turns[2]", "turn"]) {
      it(`is 400 where the run has no such step: ${from}`, async () => {
        const { status, body } = await replay(await withSteps(), { from });
        expect(status).to.equal(400);
        expect(body).to.deep.equal(problem("BAD_REQUEST", `The run has not done a step "${from}"`));
      });
    }
  });

  describe("of an unconfirmed run", () => {
    it("loads the record by its key, with its associations; the run is dismissed", async () => {
      const id = await unconfirmed();
      const asked: unknown[] = [];
      const done = await replay(
        id,
        {},
        {
          loadRecord(...all) {
            asked.push(all);
            return Promise.resolve({ id: 7, title: "Loaded" });
          },
        },
      );
      expect(done.status).to.equal(201);
      const run = done.body as RunDetail;
      expect(asked).to.deep.equal([["posts", "7", ["category"]]]);
      expect(run.trigger).to.deep.equal(aContext({ data: { id: 7, title: "Loaded" } }));
      expect(await port.store.get(id)).to.include({ status: "dismissed", replayedAs: run.id });
    });

    it("sees the record in a list, where the workflow runs once for all records", async () => {
      const id = await unconfirmed();
      const workflowOf = workflowsOf(notify({ each: "request" }));
      const { body } = await replay(id, {}, { workflowOf, loadRecord: loads({ id: 7 }) });
      expect((body as RunDetail).trigger).to.have.deep.property("data", [{ id: 7 }]);
    });

    it("takes data instead, and asks for no record", async () => {
      const id = await unconfirmed({ trigger: aContext({ key: null }) });
      const { status, body } = await replay(id, { data: { id: 9 } }, { loadRecord: mustNotLoad });
      expect(status).to.equal(201);
      expect((body as RunDetail).trigger).to.have.deep.property("data", { id: 9 });
    });

    it("can be made once: the second is 409, and names the run of the first", async () => {
      const id = await unconfirmed();
      const { body } = await replay(id, { data: {} });
      const again = await replay(id, { data: {} });
      const message = `It was replayed already, as ${(body as RunDetail).id}`;
      expect(again.status).to.equal(409);
      expect(again.body).to.deep.equal(problem("CONFLICT", message));
    });

    it("can be made once, also by two operators at a time", async () => {
      const id = await unconfirmed();
      const admin = await port.start({ workflowOf: workflowsOf(notify()) });
      const both = await Promise.all(
        [1, 2].map((data) => admin.post(`/runs/${id}/replay`).send({ data })),
      );
      expect(both.map(({ status }) => status)).to.have.members([201, 409]);
      expect((await port.store.list({ workflow: "notify", limit: 9 })).runs).to.have.length(2);
    });

    it("that was dismissed by hand loads the record, too", async () => {
      const id = await unconfirmed();
      await port.store.operations.dismiss(id);
      const { status, body } = await replay(id, {}, { loadRecord: loads({ id: 7 }) });
      expect(status).to.equal(201);
      expect((body as RunDetail).trigger).to.have.deep.property("data", { id: 7 });
    });

    describe("is 409 and leaves it as it is", () => {
      const unknown = "The run does not say which record it was about; give the record as data";
      const cases: [string, string, { key?: Json; own?: Partial<AdminOptions> }][] = [
        ["when no key is known", unknown, { key: null }],
        ["when there were several keys", unknown, { key: ["7", "8"] }],
        [
          "when it is about a record that an association leads to",
          unknown,
          { own: { workflowOf: (key) => workflowsOf(notify({ collection: "categories" }))(key) } },
        ],
        [
          "when the record is gone",
          "There is no record 7 any more; give it as data",
          { own: { loadRecord: () => Promise.resolve(null) } },
        ],
        [
          "when the upstream can't be asked",
          "The record can't be loaded (The upstream is away); give it as data",
          { own: { loadRecord: () => Promise.reject(new Error("The upstream is away")) } },
        ],
        [
          "when the workflow is gone",
          'There is no workflow "notify" any more; replay it on its old definition',
          { own: { workflowOf: () => null } },
        ],
      ];
      for (const [when, message, { key = "7", own }] of cases) {
        it(when, async () => {
          const id = await unconfirmed({ trigger: aContext({ key }) });
          const { status, body } = await replay(id, {}, own);
          expect(status).to.equal(409);
          expect(body).to.deep.equal(problem("CONFLICT", message));
          expect(await port.store.get(id)).to.include({ status: "unconfirmed" });
        });
      }
    });
  });

  it("is 409 for a run that has not ended", async () => {
    const run = aNewRun();
    await port.store.queue.accept([run]);
    const { status, body } = await replay(run.id, {});
    const message =
      "Only a run that has ended, or is unconfirmed, can be replayed; this one is queued";
    expect(status).to.equal(409);
    expect(body).to.deep.equal(problem("CONFLICT", message));
  });

  it("is 409 for a run whose context was too large to be kept", async () => {
    const trigger = { truncated: true, bytes: 2_000_000 };
    const { status, body } = await replay(await record(port.store, { start: { trigger } }), {});
    expect(status).to.equal(409);
    const message = "Its context was too large to be kept, so it can't be replayed";
    expect(body).to.deep.equal(problem("CONFLICT", message));
  });

  describe("refuses a body", () => {
    const takes = problem(
      "BAD_REQUEST",
      `A replay takes { from: a step's path, data: the record, definition: "today" or "old" }`,
    );
    const notJson = problem("BAD_JSON", "The body should be a JSON object");
    const wrong: [string, string, number, object][] = [
      ["with a word that it does not know", '{"form":"x"}', 400, takes],
      ["whose from is no text", '{"from":1}', 400, takes],
      ["whose from is empty", '{"from":""}', 400, takes],
      ["whose definition is neither", '{"definition":"new"}', 400, takes],
      ["that is a list", "[]", 400, takes],
      ["that is no object", '"from"', 400, notJson],
      ["that is null", "null", 400, notJson],
      ["that is broken", '{"from":', 400, notJson],
    ];
    for (const [what, text, status, error] of wrong) {
      it(what, async () => {
        const id = await record(port.store);
        const admin = await port.start({ workflowOf: () => aWorkflow() });
        const asked = admin.post(`/runs/${id}/replay`).set("Content-Type", "application/json");
        await asked.send(text).expect(status, error);
        expect((await port.store.list({ limit: 9 })).runs).to.have.length(1);
      });
    }

    it("of more than 10 MB", async () => {
      const admin = await port.start({ workflowOf: () => aWorkflow() });
      const data = "x".repeat(10 * 1_024 * 1_024);
      const asked = admin.post(`/runs/${uuid()}/replay`).send({ data });
      await asked.expect(413, problem("BODY_TOO_LARGE", "The body is too large"));
    });

    it("in another encoding or charset", async () => {
      const admin = await port.start();
      for (const header of [
        { "Content-Encoding": "zstd-x" },
        { "Content-Type": "application/json; charset=utf-99" },
      ]) {
        const asked = admin.post(`/runs/${uuid()}/replay`).set("Content-Type", "application/json");
        const { body } = await asked.set(header).send("{}").expect(415);
        expect(body).to.have.nested.property("errors[0].code", "UNSUPPORTED_MEDIA_TYPE");
      }
    });
  });

  /** Replays; with workflows of all keys that tests use, and no record to be had, unless the test says otherwise. */
  const replay = async (id: string, body: object, own: Partial<AdminOptions> = {}) => {
    const workflowOf = workflowsOf(aWorkflow(), notify());
    const admin = await port.start({ workflowOf, ...own });
    return admin.post(`/runs/${id}/replay`).send(body);
  };

  const withSteps = async () => {
    const start = aStart();
    const paths = ["first", "turns[0].pay", "turns[1].pay", "turns", "check.then.say", "check"];
    const steps = [...paths, "last"].map((path) => aStep({ path }));
    await port.store.finish(aWorkflow(), start, anEnd(start), steps);
    return start.id;
  };

  const unconfirmed = async (own: Partial<NewRun> = {}) => {
    const intent = uuid();
    const run = aNewRun({ workflow: notify(), trigger: aContext({}), ...own });
    await port.store.intents.open(intent, [run]);
    await port.store.intents.unconfirmed(intent);
    return run.id;
  };
});

/** The context of a post-action run on the record 7. */
const aContext = ({ key = "7", data = null }: { key?: Json; data?: Json }) => ({
  data,
  params: { filterByTk: key, filter: null, values: { title: "Sent" } },
  collection: "posts",
  action: "update",
  response: null,
});

const notify = (own: Partial<PostActionTrigger> = {}): Workflow =>
  aWorkflow({
    key: "notify",
    trigger: {
      type: "post-action",
      collection: "posts",
      global: false,
      actions: ["create", "update"],
      roles: null,
      each: "record",
      appends: ["category"],
      sync: false,
      ...own,
    },
  });

const workflowsOf =
  (...all: Workflow[]) =>
  (key: string) =>
    all.find((workflow) => workflow.key === key) ?? null;

const loads = (found: Json) => () => Promise.resolve(found);

const mustNotLoad = () => Promise.reject(new Error("nobody should ask for a record"));

const newDefinition = { definition: { hash: "b".repeat(64), source: "{}" } };

const cannotRevive = () => {
  throw new Error("The step has a type that is not known");
};
