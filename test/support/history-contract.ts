import { noJson } from "./no-json.ts";
import { expect } from "chai";
import { v7 as uuid } from "uuid";
import { assert, asyncProperty, jsonValue } from "fast-check";
import type { RunQuery } from "../../src/model/history.ts";
import { type Json, parseJson } from "../../src/model/json.ts";
import type { StepRecord } from "../../src/model/run.ts";
import { redactor } from "../../src/model/redact.ts";
import { secretNames } from "../../src/model/secrets.ts";
import { aStart, aStep, aWorkflow, anEnd, definitionOf, record } from "./runs.ts";
import type { StoreUnderTest } from "./store-contract.ts";

/** What a store promises of runs that it keeps. */
export function historyContract(store: StoreUnderTest): void {
  const statusOf = async (id: string) => (await store.now.get(id))?.status;
  const listed = async (query: Partial<RunQuery> = {}) =>
    (await store.now.list({ limit: 500, ...query })).runs.map(({ id }) => id);

  describe("gives of a run", () => {
    it("all that is known of it, its steps in the order in which they ended", async () => {
      const at = new Date("2026-03-04T05:06:07.890Z");
      const start = aStart({
        startedAt: at,
        trigger: { type: "pre-action", params: { values: { title: "ab", n: 1.5 } }, user: null },
        requestId: "req-1",
        traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
      });
      const error = { message: "1 / 0 is not finite", code: "EXPRESSION_ERROR", step: "ratio" };
      const end = anEnd(start, {
        status: "errored",
        messages: ["First", "Second"],
        output: { sum: [1, 2] },
        error,
        finishedAt: new Date(at.getTime() + 25),
      });
      const inner = aStep({ path: "each[0].say", id: "say", attempt: 2, startedAt: at });
      const outer = aStep({
        path: "ratio",
        id: "ratio",
        status: "errored",
        input: { value: "1 / 0" },
        error,
        startedAt: at,
        durationMs: 12.25,
      });
      await store.now.finish(aWorkflow({ key: "ratios" }), start, end, [inner, outer]);

      const startedAt = at.toISOString();
      const summary = {
        id: start.id,
        workflow: "ratios",
        status: "errored",
        startedAt,
        finishedAt: "2026-03-04T05:06:07.915Z",
        requestId: "req-1",
        traceId: "0af7651916cd43dd8448eb211c80319c",
        parent: null,
        replayOf: null,
      };
      const { definition } = aWorkflow({ key: "ratios" });
      expect(await store.now.get(start.id)).to.deep.equal({
        ...summary,
        trigger: start.trigger,
        steps: [inner, outer].map((step) => shownOf(step, startedAt)),
        messages: ["First", "Second"],
        output: { sum: [1, 2] },
        error,
        definition: { hash: definition.hash, source: JSON.parse(definition.source) as Json },
        attempt: 0,
        replayedAs: null,
      });
      expect((await store.now.list({ limit: 1 })).runs).to.deep.equal([
        { ...summary, trigger: "pre-action", error },
      ]);
    });

    it("nothing when there is no such run, also for a text that is no id", async () => {
      for (const id of ["\0", `${uuid()}\0`, "\ud800", "x".repeat(10_000)]) {
        expect(await store.now.get(id)).to.equal(null);
        expect(await store.now.list({ workflow: id, limit: 10 })).to.deep.equal({
          runs: [],
          next: null,
        });
        expect(await store.now.operations.cancel(id)).to.deep.equal({ outcome: "no such run" });
      }
      expect(store.now.ready()).to.equal(true);
    });

    it("nothing when there is none of that id", async () => {
      expect(await store.now.get("0192d3c4-0000-7000-8000-000000000000")).to.equal(null);
      expect(await store.now.get("")).to.equal(null);
    });

    it("how it began, and then how it ended", async () => {
      const workflow = aWorkflow({ acts: true });
      const start = aStart({ trigger: { type: "pre-action", params: { filterByTk: "7" } } });
      await store.now.begin(workflow, start);
      const begun = await store.now.get(start.id);
      expect(begun).to.include({ status: "running", finishedAt: null });
      expect(begun?.steps).to.deep.equal([]);

      const end = anEnd(start, { status: "failed", messages: ["No"] });
      await store.now.finish(workflow, start, end, [aStep()]);
      const ended = await store.now.get(start.id);
      expect(ended).to.deep.include({
        status: "failed",
        messages: ["No"],
        trigger: start.trigger,
        finishedAt: end.finishedAt.toISOString(),
      });
      expect(ended?.steps).to.have.length(1);
    });

    it("the definition with which it ran, also after the workflow was changed", async () => {
      const ran = aWorkflow({ definition: definitionOf('{"title":"before"}') });
      const changed = aWorkflow({ definition: definitionOf('{"title":"after"}') });
      const first = await record(store.now, { workflow: ran });
      const second = await record(store.now, { workflow: changed });
      expect((await store.now.get(first))?.definition.source).to.deep.equal({ title: "before" });
      expect((await store.now.get(second))?.definition.source).to.deep.equal({ title: "after" });
    });

    it("any JSON in it as it was", async () => {
      await store.reopen({ redact: (value) => value });
      await assert(
        asyncProperty(jsonValue(), async (value) => {
          const start = aStart({ trigger: { type: "pre-action", value: value as Json } });
          const step = aStep({ input: value as Json, result: value as Json });
          await store.now.finish(aWorkflow(), start, anEnd(start, { output: value as Json }), [
            step,
          ]);
          const run = await store.now.get(start.id);
          const read = parseJson(JSON.stringify(value));
          expect(run?.trigger).to.deep.equal({ type: "pre-action", value: read });
          expect(run?.output).to.deep.equal(read);
          expect(run?.steps[0]).to.deep.include({ input: read, result: read });
        }),
        { numRuns: 50 },
      );
    });
  });

  describe("lists runs", () => {
    it("newest first, also those of one millisecond", async () => {
      const startedAt = new Date();
      const ids: string[] = [];
      for (let n = 0; n < 5; n++) ids.push(await record(store.now, { start: { startedAt } }));
      expect(await listed()).to.deep.equal(ids.toReversed());
    });

    it("by pages: next is the before of the page after it, and null at the end", async () => {
      const ids: string[] = [];
      for (let n = 0; n < 5; n++) ids.unshift(await record(store.now));
      const first = await store.now.list({ limit: 2 });
      expect(first.runs.map(({ id }) => id)).to.deep.equal(ids.slice(0, 2));
      expect(first.next).to.equal(ids[1]);
      const second = await store.now.list({ limit: 2, before: first.next! });
      expect(second.runs.map(({ id }) => id)).to.deep.equal(ids.slice(2, 4));
      const third = await store.now.list({ limit: 2, before: second.next! });
      expect(third.runs.map(({ id }) => id)).to.deep.equal(ids.slice(4));
      expect(third.next).to.equal(null);
    });

    it("and says that a full last page is the last", async () => {
      await record(store.now);
      await record(store.now);
      expect((await store.now.list({ limit: 2 })).next).to.equal(null);
    });

    it("counted by workflow and status", async () => {
      const [one, two] = [aWorkflow({ key: "one" }), aWorkflow({ key: "two" })];
      expect(await store.now.counts()).to.deep.equal([]);
      await record(store.now, { workflow: one });
      await record(store.now, { workflow: one });
      await record(store.now, { workflow: two, end: { status: "failed" } });
      expect(await store.now.counts()).to.have.deep.members([
        { workflow: "one", status: "succeeded", runs: 2 },
        { workflow: "two", status: "failed", runs: 1 },
      ]);
    });

    it("of one status, of one workflow, of both", async () => {
      const [one, two] = [aWorkflow({ key: "one" }), aWorkflow({ key: "two" })];
      const a = await record(store.now, { workflow: one });
      const b = await record(store.now, { workflow: one, end: { status: "failed" } });
      const c = await record(store.now, { workflow: two, end: { status: "failed" } });
      expect(await listed({ status: "failed" })).to.deep.equal([c, b]);
      expect(await listed({ workflow: "one" })).to.deep.equal([b, a]);
      expect(await listed({ workflow: "one", status: "failed" })).to.deep.equal([b]);
      expect(await listed({ workflow: "one", before: b })).to.deep.equal([a]);
      expect(await listed({ workflow: "three" })).to.deep.equal([]);
      expect(await listed({ status: "errored" })).to.deep.equal([]);
    });

    it("with all that was queued before it was asked", async () => {
      const start = Array.from({ length: 300 }, () => aStart());
      for (const one of start) void store.now.finish(aWorkflow(), one, anEnd(one), []);
      expect(await listed()).to.have.length(300);
      const last = aStart();
      void store.now.finish(aWorkflow(), last, anEnd(last), []);
      expect(await statusOf(last.id)).to.equal("succeeded");
    });
  });

  it("can be read while more and more comes in", async () => {
    await store.reopen({ queueBound: 100_000 });
    const latest = performance.now() + 30_000;
    const read = new AbortController();
    const more = async () => {
      while (!read.signal.aborted && performance.now() < latest) await record(store.now);
    };
    const writing = Array.from({ length: 20 }, more);
    await record(store.now);
    await store.now.list({ limit: 1 });
    read.abort();
    await Promise.all(writing);
    expect(performance.now()).to.be.lessThan(latest);
  });

  describe("keeps no secret", () => {
    it("of a context, an input, a result, a message, an output or an error", async () => {
      const redact = redactor(secretNames(["iban"]), ["s3cret-of-the-environment"]);
      await store.reopen({ redact });
      const text = "it is s3cret-of-the-environment";
      const values = { title: "ab", Api_Key: "k", iban: "DE1", deep: [{ accessToken: "t" }] };
      const open = {
        title: "ab",
        Api_Key: "[redacted]",
        iban: "[redacted]",
        deep: [{ accessToken: "[redacted]" }],
      };
      const error = { message: text, code: "REQUEST_FAILED", step: "pay" };
      const start = aStart({ trigger: { type: "pre-action", values } });
      const end = anEnd(start, {
        status: "errored",
        messages: [text],
        output: { text, values },
        error,
      });
      await store.now.finish(aWorkflow(), start, end, [
        aStep({ input: values, result: { text, values }, error }),
      ]);

      const masked = "it is [redacted]";
      const run = await store.now.get(start.id);
      expect(run?.trigger).to.deep.equal({ type: "pre-action", values: open });
      expect(run?.messages).to.deep.equal([masked]);
      expect(run?.output).to.deep.equal({ text: masked, values: open });
      expect(run?.error).to.deep.equal({ ...error, message: masked });
      expect(run?.steps[0]).to.deep.include({
        input: open,
        result: { text: masked, values: open },
        error: { ...error, message: masked },
      });
    });

    it("of a run that is only beginning", async () => {
      await store.reopen({ redact: redactor(secretNames([]), []) });
      const start = aStart({ trigger: { type: "pre-action", password: "p" } });
      await store.now.begin(aWorkflow(), start);
      expect((await store.now.get(start.id))?.trigger).to.deep.include({ password: "[redacted]" });
    });
  });

  it("keeps a marker in place of what is too large, counted in bytes", async () => {
    await store.reopen({ valueLimit: 100 });
    const start = aStart({ trigger: { type: "pre-action", text: "x".repeat(200) } });
    const fits = "x".repeat(98);
    const steps = [
      aStep({ result: fits }),
      aStep({ result: `${fits}x` }),
      aStep({ result: "é".repeat(50) }),
    ];
    await store.now.finish(aWorkflow(), start, anEnd(start), steps);
    const run = await store.now.get(start.id);
    expect(run?.trigger).to.deep.equal({ truncated: true, bytes: 231 });
    expect(run?.steps.map(({ result }) => result)).to.deep.equal([
      fits,
      { truncated: true, bytes: 101 },
      { truncated: true, bytes: 102 },
    ]);
  });

  describe("loses nothing", () => {
    it("on an orderly close: all that is queued is written", async () => {
      const start = Array.from({ length: 500 }, () => aStart());
      for (const one of start) void store.now.finish(aWorkflow(), one, anEnd(one), [aStep()]);
      await store.reopen();
      expect(await listed()).to.have.length(500);
      expect((await store.now.get(start[499]!.id))?.steps).to.have.length(1);
    });

    it("of the others when one run can't be recorded, which is counted", async () => {
      const known = await record(store.now);
      const good = [aStart(), aStart()];
      const bad = aStart({ id: known });
      const queue = [good[0]!, bad, good[1]!];
      for (const one of queue) void store.now.finish(aWorkflow(), one, anEnd(one), []);
      expect(await listed()).to.deep.equal([good[1]!.id, good[0]!.id, known]);
      expect(store.now.failures()).to.equal(1);
      expect(store.now.ready()).to.equal(true);
    });

    it("when the values of a run are not JSON: finish does not reject", async () => {
      const start = aStart();
      const output = noJson();
      await store.now.finish(aWorkflow(), start, anEnd(start, { output }), []);
      expect(await store.now.get(start.id)).to.equal(null);
      expect(store.now.failures()).to.equal(1);
    });
  });

  it("marks a run that was cut off as interrupted when it is opened again", async () => {
    const [cut, whole] = [aStart(), aStart()];
    await store.now.begin(aWorkflow(), cut);
    await store.now.begin(aWorkflow(), whole);
    await store.now.finish(aWorkflow(), whole, anEnd(whole), []);
    const from = new Date().toISOString();
    await store.reopen();
    const run = await store.now.get(cut.id);
    expect(run?.status).to.equal("interrupted");
    expect(new Date(run?.finishedAt ?? 0).toISOString() >= from).to.equal(true);
    expect(await statusOf(whole.id)).to.equal("succeeded");
  });

  it("waits with finish while too much is queued", async () => {
    await store.reopen({ queueBound: 1 });
    const start = aStart();
    let written = false;
    void store.now.begin(aWorkflow(), start).then(() => (written = true));
    for (let n = 0; n < 4; n++) await record(store.now);
    expect(written).to.equal(true);
  });

  describe("deletes old runs", () => {
    const DAY = 86_400_000;
    const old = { finishedAt: new Date(Date.now() - 2 * DAY) };

    it("that ended longer ago than the retention, and no others", async () => {
      await store.reopen({ retention: DAY });
      const gone = await record(store.now, { end: old });
      const fresh = await record(store.now);
      const running = aStart({ startedAt: old.finishedAt });
      await store.now.begin(aWorkflow(), running);
      expect(await store.now.prune()).to.equal(1);
      expect(await store.now.get(gone)).to.equal(null);
      expect(await listed()).to.deep.equal([running.id, fresh]);
    });

    it("except those whose status is to be kept", async () => {
      await store.reopen({ retention: DAY, keep: ["failed", "errored"] });
      const failed = await record(store.now, { end: { ...old, status: "failed" } });
      await record(store.now, { end: old });
      expect(await store.now.prune()).to.equal(1);
      expect(await listed()).to.deep.equal([failed]);
    });

    it("in many slices", async () => {
      await store.reopen({ retention: DAY });
      for (let n = 0; n < 1_200; n++) await record(store.now, { end: old });
      expect(await store.now.prune()).to.equal(1_200);
      expect(await listed()).to.deep.equal([]);
    });

    it("when it is opened", async () => {
      const id = await record(store.now, { end: old });
      await store.reopen({ retention: DAY });
      expect(await store.now.get(id)).to.equal(null);
    });

    it("and a workflow whose definition went with them is recorded again", async () => {
      await store.reopen({ retention: DAY });
      await record(store.now, { end: old });
      await store.now.prune();
      const id = await record(store.now);
      expect((await store.now.get(id))?.definition.source).to.have.property("steps");
    });
  });
}

/** A step as a run's detail shows it: without its effects. */
function shownOf(step: StepRecord, startedAt: string) {
  const { effects, ...shown } = step;
  expect(effects).to.equal(null);
  return { ...shown, startedAt };
}
