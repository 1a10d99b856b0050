import { expect } from "chai";
import { v7 as uuid } from "uuid";
import type { RunPage } from "../../src/model/history.ts";
import type { RunEnd } from "../../src/model/run.ts";
import { onBothStores } from "../support/both-stores.ts";
import { aNewRun, aWorkflow, record } from "../support/runs.ts";
import { type AdminPort, openAdminPort } from "./admin-port.ts";

onBothStores("the admin port lists runs", () => {
  let port: AdminPort;
  beforeEach(async () => (port = await openAdminPort()));
  afterEach(() => port.close());

  const pageOf = async (query: string) => {
    const { body } = await (await port.start()).get(`/runs?${query}`).expect(200);
    return body as RunPage;
  };
  const made = (time: string) =>
    record(port.store, { start: { id: uuid({ msecs: Date.parse(time) }) } });
  const idsOf = async (query: string) => (await pageOf(query)).runs.map(({ id }) => id);

  it("of one type of trigger", async () => {
    const trigger = { type: "subflow" } as const;
    const child = await record(port.store, { workflow: aWorkflow({ key: "child", trigger }) });
    await record(port.store);
    expect(await idsOf("trigger=subflow")).to.deep.equal([child]);
    expect(await idsOf("trigger=subflow&status=failed")).to.deep.equal([]);
    expect(await idsOf("trigger=nosuch")).to.deep.equal([]);
  });

  it("by a text of their error or its code, in any case, also with other filters", async () => {
    await record(port.store);
    const slow = await record(port.store, { end: erred("It took TOO long", "STEP_TIMEOUT") });
    const refused = await record(port.store, { end: erred("Not so fast", "REQUEST_FAILED") });
    expect(await idsOf("error=too%20Long")).to.deep.equal([slow]);
    expect(await idsOf("error=_timeout")).to.deep.equal([slow]);
    expect(await idsOf("error=a")).to.deep.equal([refused]);
    expect(await idsOf("error=o")).to.deep.equal([refused, slow]);
    expect(await idsOf("error=o&status=errored&limit=1")).to.deep.equal([refused]);
    expect(await idsOf("error=o&status=succeeded")).to.deep.equal([]);
    expect(await idsOf("error=%25")).to.deep.equal([]);
  });

  it("with their error in short", async () => {
    const error = {
      message: "x".repeat(500),
      code: "REQUEST_FAILED",
      step: "call",
      answered: { status: 500, body: "a long story" },
    };
    await record(port.store, { end: { status: "errored", error } });
    const { runs } = await pageOf("limit=1");
    expect(runs[0]?.error).to.deep.equal({
      message: `${"x".repeat(199)}…`,
      code: "REQUEST_FAILED",
      step: "call",
    });
  });

  it("that a run has started as subflows, also with other filters", async () => {
    const parent = await record(port.store);
    const child = await record(port.store, { start: { parent }, end: { status: "failed" } });
    await record(port.store, { start: { parent: uuid() } });
    expect(await idsOf(`parent=${parent}`)).to.deep.equal([child]);
    expect(await idsOf(`parent=${parent.toUpperCase()}&status=failed`)).to.deep.equal([child]);
    expect(await idsOf(`parent=${parent}&status=succeeded`)).to.deep.equal([]);
    expect(await idsOf(`parent=${parent}&workflow=other`)).to.deep.equal([]);
  });

  it("from a time on, and before another", async () => {
    const [first, second, third] = [
      await made("2026-01-02T00:00:00Z"),
      await made("2026-01-02T12:00:00.500Z"),
      await made("2026-01-03T00:00:00Z"),
    ];
    expect(await idsOf("since=2026-01-02")).to.deep.equal([third, second, first]);
    expect(await idsOf("since=2026-01-02T12:00:00.500Z")).to.deep.equal([third, second]);
    expect(await idsOf("since=2026-01-02T12:00:00.501Z")).to.deep.equal([third]);
    expect(await idsOf("until=2026-01-02T12:00:00.500Z")).to.deep.equal([first]);
    expect(await idsOf("until=2026-01-03T01:00:00%2B01:00")).to.deep.equal([second, first]);
    expect(await idsOf("since=2026-01-02T01:00:00Z&until=2026-01-03")).to.deep.equal([second]);
    expect(await idsOf(`until=2026-01-03&before=${second}`)).to.deep.equal([first]);
    expect(await idsOf("since=1900-01-01&until=9999-12-31")).to.have.length(3);
  });

  it("it has looked at 10,000 of, and says where the search goes on", async function () {
    this.timeout(180_000); // Postgres takes each run by a statement of its own
    const wanted = await record(port.store, {
      workflow: aWorkflow({ key: "child", trigger: { type: "subflow" } }),
    });
    const others = Array.from({ length: 10_000 }, () => aNewRun({ trigger: {} }));
    await port.store.queue.accept(others);
    const first = await pageOf("trigger=pre-action&workflow=child");
    expect(first).to.deep.equal({ runs: [], next: null });
    const looked = await pageOf("trigger=subflow");
    expect(looked).to.deep.equal({ runs: [], next: others[0]?.id });
    const { runs, next } = await pageOf(`trigger=subflow&before=${looked.next}`);
    expect(runs.map(({ id }) => id)).to.deep.equal([wanted]);
    expect(next).to.equal(null);
  });
});

const erred = (message: string, code: string): Partial<RunEnd> => ({
  status: "errored",
  error: { message, code, step: "call" },
});
