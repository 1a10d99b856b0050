import { noJson } from "./no-json.ts";
import { expect } from "chai";
import { v7 as uuid } from "uuid";
import { redactor } from "../../src/model/redact.ts";
import { secretNames } from "../../src/model/secrets.ts";
import { aClaim, aNewRun, aStart, aWorkflow, anEnd, definitionOf, record } from "./runs.ts";
import type { StoreUnderTest } from "./store-contract.ts";

/** What a store promises of runs that will be made if an action succeeds. */
export function intentsContract(store: StoreUnderTest): void {
  const intents = () => store.now.intents;
  const unconfirmed = async () =>
    (await store.now.list({ status: "unconfirmed", limit: 500 })).runs.map(({ id }) => id);
  const open = async (...own: Parameters<typeof aNewRun>[0][]) => {
    const intent = uuid();
    const runs = own.map((one) => aNewRun(one));
    await intents().open(intent, runs);
    return { intent, ids: runs.map(({ id }) => id) };
  };

  it("are not runs", async () => {
    await open({}, {});
    expect((await store.now.list({ limit: 10 })).runs).to.deep.equal([]);
    expect(await store.now.queue.claim(10)).to.deep.equal([]);
  });

  it("that are found when the store is opened become unconfirmed runs", async () => {
    const run = aNewRun({
      acceptedAt: new Date("2026-03-04T05:06:07.890Z"),
      requestId: "req-1",
      traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    });
    await intents().open(uuid(), [run]);
    await store.reopen();
    const { runs } = await store.now.list({ limit: 10 });
    expect(runs).to.deep.equal([
      {
        id: run.id,
        workflow: "notify",
        trigger: run.workflow.trigger.type,
        status: "unconfirmed",
        startedAt: "2026-03-04T05:06:07.890Z",
        finishedAt: null,
        requestId: "req-1",
        traceId: "0af7651916cd43dd8448eb211c80319c",
        parent: null,
        replayOf: null,
        error: null,
      },
    ]);
    expect(await store.now.get(run.id)).to.deep.include({ trigger: run.trigger, steps: [] });
    expect(await store.now.queue.claim(10)).to.deep.equal([]);
    await store.reopen();
    expect(await unconfirmed()).to.deep.equal([run.id]);
  });

  it("whose outcome is not known become unconfirmed runs at once, and no others do", async () => {
    const [lost, other] = [await open({}, {}), await open({})];
    await intents().unconfirmed(lost.intent);
    expect(await unconfirmed()).to.have.members(lost.ids);
    await intents().unconfirmed(lost.intent);
    intents().settle({ intent: lost.intent, leaves: [] });
    intents().settle({ intent: other.intent, leaves: [] });
    await store.reopen();
    expect(await unconfirmed()).to.have.members(lost.ids);
  });

  it("that became unconfirmed while the action was under way are accepted once it has succeeded after all", async () => {
    const { intent, ids } = await open({}, {});
    await intents().unconfirmed(intent);
    const [made, replayed] = ids.map((id) => aNewRun({ id }));
    const again = aNewRun({ replayOf: replayed!.id });
    expect(await store.now.operations.replay(again, [])).to.deep.equal({ outcome: "done" });
    await store.now.queue.accept([made!, replayed!], { intent, leaves: [] });
    const claimed = (await store.now.queue.claim(10)).map(({ id }) => id);
    expect(claimed).to.have.members([made!.id, again.id]);
    expect((await store.now.get(replayed!.id))?.status).to.equal("dismissed");
    expect(await store.now.counts()).to.deep.include({
      workflow: "notify",
      status: "running",
      runs: 2,
    });
  });

  it("that are settled leave nothing behind", async () => {
    const { intent } = await open({}, {});
    intents().settle({ intent, leaves: [] });
    await store.reopen();
    expect((await store.now.list({ limit: 10 })).runs).to.deep.equal([]);
  });

  it("are narrowed to the runs that are still to come, as others are accepted", async () => {
    const { intent, ids } = await open({}, {}, {});
    const made = aNewRun({ id: ids[0]! });
    await store.now.queue.accept([made, aNewRun()], { intent, leaves: [ids[2]!] });
    await store.reopen();
    expect(await unconfirmed()).to.deep.equal([ids[2]]);
    expect((await store.now.queue.claim(10)).map(({ id }) => id)).to.include(made.id);
  });

  it("hold back the runs that were accepted, until the others have been made", async () => {
    const { intent, ids } = await open({}, {});
    const async = aNewRun({ id: ids[0]! });
    await store.now.queue.accept([async], { intent, leaves: [ids[1]!] });
    expect(await store.now.queue.claim(10)).to.deep.equal([]);
    expect((await store.now.get(async.id))?.status).to.equal("queued");

    const woken = new Promise<void>((resolve) => store.now.queue.onWork(resolve));
    intents().settle({ intent, leaves: [] });
    await woken;
    expect((await store.now.queue.claim(10)).map(({ id }) => id)).to.deep.equal([async.id]);
  });

  it("let go of the runs that they hold back when the others will not be made", async () => {
    const { intent, ids } = await open({}, {});
    const async = aNewRun({ id: ids[0]! });
    await store.now.queue.accept([async], { intent, leaves: [ids[1]!] });
    await intents().unconfirmed(intent);
    expect(await unconfirmed()).to.deep.equal([ids[1]]);
    expect((await store.now.queue.claim(10)).map(({ id }) => id)).to.deep.equal([async.id]);
  });

  it("stand as they were when the runs that settle them can't be accepted", async () => {
    const { intent, ids } = await open({});
    const bad = aNewRun({ trigger: { n: noJson() } });
    const error = await store.now.queue
      .accept([aNewRun(), bad], { intent, leaves: [] })
      .catch((thrown: unknown) => thrown);
    expect(error).to.include({ code: "STORE_UNAVAILABLE" });
    await store.reopen();
    expect(await unconfirmed()).to.deep.equal(ids);
  });

  it("do not touch a run that was made of them already", async () => {
    const { ids } = await open({}, {});
    const start = aStart({ id: ids[0]! });
    await store.now.begin(aWorkflow(), start);
    await store.now.finish(aWorkflow(), start, anEnd(start), []);
    await store.reopen();
    expect(await unconfirmed()).to.deep.equal([ids[1]]);
    expect((await store.now.get(ids[0]!))?.status).to.equal("succeeded");
  });

  it("that can't be recorded are refused: STORE_UNAVAILABLE", async () => {
    const { ids } = await open({});
    const error = await open({ id: ids[0]! }).catch((thrown: unknown) => thrown);
    expect(error).to.include({ code: "STORE_UNAVAILABLE", status: 503 });
  });

  it("keep their contexts whole, without secrets", async () => {
    const redact = redactor(secretNames([]), []);
    await store.reopen({ redact, valueLimit: 50 });
    const text = "x".repeat(200);
    const { ids } = await open({ trigger: { type: "post-action", text, password: "p" } });
    await store.reopen({ redact });
    expect((await store.now.get(ids[0]!))?.trigger).to.deep.equal({
      type: "post-action",
      text,
      password: "[redacted]",
    });
  });

  it("and what became of them keep the definition that they need", async () => {
    const DAY = 86_400_000;
    const definition = definitionOf('{"title":"old"}');
    const workflow = aWorkflow({ definition });
    await store.reopen({ retention: DAY });
    const { ids } = await open({ workflow, acceptedAt: new Date(0) });
    await record(store.now, { workflow, end: { finishedAt: new Date(0) } });
    expect(await store.now.prune()).to.equal(1);
    await store.reopen({ retention: DAY });
    expect(await store.now.prune()).to.equal(0);
    expect((await store.now.get(ids[0]!))?.definition.hash).to.equal(definition.hash);
  });

  it("never take the place of a claim, so that queued runs go on", async () => {
    await open({});
    const claim = await aClaim(store.now.queue);
    await store.now.queue.end(claim, anEnd(claim));
    expect((await store.now.get(claim.id))?.status).to.equal("succeeded");
  });
}
