import { noJson } from "./no-json.ts";
import { expect } from "chai";
import { v7 as uuid } from "uuid";
import { type Claim, ClaimLost } from "../../src/model/queue.ts";
import type { StepEffects, StepRecord } from "../../src/model/run.ts";
import { aClaim, aNewRun, aStep, aWorkflow, anEnd, definitionOf, theClaim } from "./runs.ts";
import type { StoreUnderTest } from "./store-contract.ts";

/** The contract of a store for queued runs. */
export function queueContract(store: StoreUnderTest): void {
  const queue = () => store.now.queue;
  const statusOf = async (id: string) => (await store.now.get(id))?.status;
  const accept = async (...own: Parameters<typeof aNewRun>[0][]) => {
    const runs = own.map((one) => aNewRun(one));
    await queue().accept(runs);
    return runs.map(({ id }) => id);
  };
  const claimedIds = async (most = 100) => (await queue().claim(most)).map(({ id }) => id);
  const waiting = (claim: Claim, own: { until?: Date; child?: string }) =>
    queue().wait(claim, { id: claim.id, status: "waiting", until: null, child: null, ...own });
  const theChild = async (parent: string) => {
    const { runs } = await store.now.list({ limit: 10 });
    return runs.find((run) => run.parent === parent)!;
  };
  /** Whatever could be committed under that claim is not taken. */
  const everyWrite = async (claim: Claim) => {
    await lost(queue().step(claim, aStep({ path: "late" })));
    await lost(queue().note(claim, { path: "late", name: "n", value: 1 }));
    await lost(waiting(claim, { until: new Date(0) }));
    await lost(queue().end(claim, anEnd(claim)));
  };
  it("accepts the run that an end causes with it, and not where the claim was lost", async () => {
    const claim = await aClaim(queue());
    const [causes, late] = [aNewRun(), aNewRun()];
    const told = store.heard();
    await queue().end(claim, anEnd(claim, { status: "errored" }), causes);
    told(1);
    await lost(queue().end(claim, anEnd(claim, { status: "errored" }), late));
    await store.reopen();
    expect(await claimedIds()).to.deep.equal([causes.id]);
    expect(await statusOf(late.id)).to.equal(undefined);
  });

  describe("accepts runs", () => {
    it("which are listed as queued, with all that is known of them", async () => {
      const acceptedAt = new Date("2026-03-04T05:06:07.890Z");
      const parent = uuid();
      const run = aNewRun({
        acceptedAt,
        parent,
        requestId: "req-1",
        traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
      });
      await queue().accept([run]);
      const summary = {
        id: run.id,
        workflow: "notify",
        status: "queued",
        startedAt: acceptedAt.toISOString(),
        finishedAt: null,
        requestId: "req-1",
        traceId: "0af7651916cd43dd8448eb211c80319c",
        parent,
        replayOf: null,
        error: null,
      };
      const { runs } = await store.now.list({ status: "queued", limit: 10 });
      expect(runs).to.deep.equal([{ ...summary, trigger: run.workflow.trigger.type }]);
      expect(await store.now.get(run.id)).to.deep.include({ ...summary, trigger: run.trigger });
    });

    it("with any text, also NUL and halves of characters", async () => {
      const strange = "a\0b\ud800c";
      const trigger = { type: "post-action", user: { name: strange }, [strange]: strange };
      const claim = await aClaim(queue(), { trigger, requestId: strange });
      await queue().note(claim, { path: strange, name: "n", value: strange });
      await queue().step(claim, aStep({ path: strange, input: strange, result: strange }));
      await queue().end(claim, anEnd(claim, { messages: [strange], output: strange }));
      const run = await store.now.get(claim.id);
      expect(run?.steps.map(({ input, result }) => [input, result])).to.deep.equal([
        [strange, strange],
      ]);
      expect(run).to.deep.include({ trigger, messages: [strange], output: strange });
    });

    it("and tells those who wait for work", async () => {
      const told = store.heard();
      await accept({}, {});
      told(1);
      await accept();
      told(1);
    });

    it("all of them, or none", async () => {
      const bad = aNewRun({ trigger: { n: noJson() } });
      const error = await queue()
        .accept([aNewRun(), bad])
        .catch((thrown: unknown) => thrown);
      expect(error).to.include({ code: "STORE_UNAVAILABLE", status: 503 });
      expect(await claimedIds()).to.deep.equal([]);
    });

    it("and leaves one that is there already as it is", async () => {
      const claim = await aClaim(queue());
      await queue().accept([aNewRun({ id: claim.id, trigger: { type: "other" } })]);
      expect(await statusOf(claim.id)).to.equal("running");
      await queue().step(claim, aStep());
      await queue().end(claim, anEnd(claim));
      await queue().accept([aNewRun({ id: claim.id })]);
      expect(await statusOf(claim.id)).to.equal("succeeded");
      expect(await claimedIds()).to.deep.equal([]);
    });

    it("whole, however large their contexts and results are", async () => {
      await store.reopen({ valueLimit: 100 });
      const text = "é".repeat(500);
      const claim = await aClaim(queue(), { trigger: { type: "webhook", text } });
      expect(claim.trigger).to.deep.equal({ type: "webhook", text });
      const effects = { said: [text], assigned: { text }, output: text };
      await queue().step(claim, aStep({ path: "long", input: text, result: text, effects }));
      await queue().note(claim, { path: "long", name: "until", value: text });
      await store.reopen({ valueLimit: 100 });
      const { past } = await theClaim(queue());
      expect(past.steps[0]).to.deep.include({ result: text, effects });
      expect(past.steps[0]?.input).to.deep.equal({ truncated: true, bytes: 1_002 });
      expect(past.notes[0]?.value).to.equal(text);
    });
  });

  describe("claims runs as it accepts them", () => {
    it("the first ones, as many as there is room for, with all that is needed to do them", async () => {
      const startedAt = new Date("2026-03-04T05:06:07.890Z");
      await store.reopen({ now: () => startedAt });
      const runs = [
        aNewRun({ depth: 2, parent: uuid(), requestId: "req-1" }),
        aNewRun(),
        aNewRun(),
      ];
      const told = store.heard();
      const claims = await queue().accept(runs, undefined, 2);
      expect(claims.map(({ id }) => id)).to.deep.equal([runs[0]!.id, runs[1]!.id]);
      told(1);
      expect(await Promise.all(runs.map(({ id }) => statusOf(id)))).to.deep.equal([
        "running",
        "running",
        "queued",
      ]);
      await store.reopen({ now: () => startedAt });
      const again = await queue().claim(10);
      for (const [at, claim] of claims.entries()) {
        const { fence, attempt, redact: _redact, ...same } = again[at]!;
        expect(fence).to.be.greaterThan(claim.fence);
        expect(attempt).to.equal(1);
        const { redact } = claim;
        expect({ ...same, redact, fence: 1, attempt: 0 }).to.deep.equal(claim);
      }
    });

    it("and tells no others of work where there is room for all", async () => {
      const told = store.heard();
      const [claim] = await queue().accept([aNewRun()], undefined, 5);
      told(0);
      expect(await claimedIds()).to.deep.equal([]);
      await queue().end(claim!, anEnd(claim!));
      expect(await statusOf(claim!.id)).to.equal("succeeded");
    });

    it("except one that was there already", async () => {
      const run = aNewRun();
      await queue().accept([run], undefined, 1);
      expect(await queue().accept([run], undefined, 1)).to.deep.equal([]);
    });

    it("except while others are queued before them", async () => {
      const [first] = await accept({});
      const run = aNewRun();
      expect(await queue().accept([run], undefined, 1)).to.deep.equal([]);
      expect(await claimedIds()).to.deep.equal([first, run.id]);
    });

    it("except one that has to wait for its intent", async () => {
      const [made, rest] = [aNewRun(), aNewRun()];
      await store.now.intents.open("one", [made, rest]);
      const settles = { intent: "one", leaves: [rest.id] };
      expect(await queue().accept([made], settles, 1)).to.deep.equal([]);
      expect(await claimedIds()).to.deep.equal([]);
    });
  });

  describe("gives runs to those who claim them", () => {
    it("with all that is needed to do them", async () => {
      const startedAt = new Date("2026-03-04T05:06:07.890Z");
      await store.reopen({ now: () => startedAt });
      const definition = definitionOf('{"title":"as accepted"}');
      const run = aNewRun({
        workflow: aWorkflow({ key: "ratios", definition }),
        requestId: "req-1",
        traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        depth: 3,
        parent: uuid(),
      });
      await queue().accept([run]);
      const claims = await queue().claim(10);
      expect(claims.map(({ redact: _redact, ...claim }) => claim)).to.deep.equal([
        {
          id: run.id,
          fence: 1,
          workflow: "ratios",
          definition,
          trigger: run.trigger,
          startedAt,
          attempt: 0,
          requestId: "req-1",
          traceparent: run.traceparent,
          depth: 3,
          parent: run.parent,
          past: { steps: [], notes: [], bytes: JSON.stringify(run.trigger).length },
          unreadable: null,
        },
      ]);
      expect(await store.now.get(run.id)).to.deep.include({
        status: "running",
        startedAt: startedAt.toISOString(),
      });
    });

    it("the oldest first, and no more than they ask for", async () => {
      const [c] = await accept(at(3));
      const [a, b] = await accept(at(1), at(2));
      expect(await claimedIds(0)).to.deep.equal([]);
      expect(await claimedIds(-1)).to.deep.equal([]);
      expect(await claimedIds(2)).to.deep.equal([a, b]);
      expect(await claimedIds(2)).to.deep.equal([c]);
      expect(await claimedIds(2)).to.deep.equal([]);
    });

    it("each run once, however many claim at a time", async () => {
      await accept(...Array.from({ length: 50 }, () => ({})));
      const claims = await Promise.all(Array.from({ length: 20 }, () => claimedIds(3)));
      const all = claims.flat();
      expect(all).to.have.length(50);
      expect(new Set(all).size).to.equal(50);
    });

    it("with a large context and large results as they were, however often they wait, and in another process", async () => {
      const records = Array.from({ length: 20_000 }, (_, id) => ({ id, title: `Title ${id}` }));
      const trigger = { type: "post-action", data: records, large: 12345678901234567890n };
      const steps: StepRecord[] = [];
      let claim = await aClaim(queue(), { trigger });
      for (const path of ["first", "second", "third"]) {
        expect(claim.trigger).to.deep.equal(trigger);
        expect(claim.past.steps).to.deep.equal(steps);
        steps.push(aStep({ path, result: records }), aStep({ path: `after-${path}` }));
        for (const step of steps.slice(-2)) await queue().step(claim, step);
        await waiting(claim, { until: new Date(0) });
        claim = await theClaim(queue());
      }
      await store.reopen();
      const again = await theClaim(queue());
      expect(again.trigger).to.deep.equal(trigger);
      expect(again.past).to.deep.equal({ ...claim.past, steps });
    });

    it("also when the clock was put back since they were accepted", async () => {
      const [id] = await accept({ acceptedAt: new Date(Date.now() + 3_600_000) });
      expect(await claimedIds()).to.deep.equal([id]);
    });
  });

  describe("keeps what a run has done", () => {
    it("and gives it to the next claim, in the order in which it was committed", async () => {
      const first = await aClaim(queue());
      const at = new Date("2026-03-04T05:06:07.890Z");
      const error = { message: "No", code: "REQUEST_FAILED", step: "pay" };
      const effects: StepEffects = {
        said: ["Paid"],
        assigned: { total: 12.5 },
        output: { ok: true },
        end: { status: "succeeded", response: null },
        final: true,
      };
      const steps = [
        aStep({ path: "turns[0].pay", id: "pay", attempt: 1, status: "errored", error }),
        aStep({ path: "turns[0].pay", id: "pay", attempt: 2, input: { a: 1 }, result: { b: 2 } }),
        aStep({ path: "turns", startedAt: at, durationMs: 12.25, effects }),
      ];
      for (const step of steps) await queue().step(first, step);
      await queue().note(first, { path: "wait", name: "until", value: "2027-01-01T00:00:00.000Z" });
      await queue().note(first, { path: "choose", name: "case", value: { index: 1 } });

      await store.reopen();
      const second = await theClaim(queue());
      expect(second).to.deep.include({ id: first.id, startedAt: first.startedAt, attempt: 1 });
      expect(second.fence).to.be.greaterThan(first.fence);
      expect(second.past.steps).to.deep.equal(steps);
      expect(second.past.notes).to.have.deep.members([
        { path: "wait", name: "until", value: "2027-01-01T00:00:00.000Z" },
        { path: "choose", name: "case", value: { index: 1 } },
      ]);
    });

    it("with a new note in place of the one of the same name", async () => {
      const claim = await aClaim(queue());
      for (const value of [1, 2]) await queue().note(claim, { path: "a", name: "n", value });
      await waiting(claim, { until: new Date(0) });
      expect((await theClaim(queue())).past.notes).to.deep.equal([
        { path: "a", name: "n", value: 2 },
      ]);
    });

    it("in the order of the calls, though none was waited for", async () => {
      const claim = await aClaim(queue());
      const paths = Array.from({ length: 20 }, (_, n) => `turns[${n}]`);
      const steps = paths.map((path) => queue().step(claim, aStep({ path })));
      await Promise.all([...steps, queue().end(claim, anEnd(claim))]);
      const run = await store.now.get(claim.id);
      expect(run?.steps.map(({ path }) => path)).to.deep.equal(paths);
      expect(run?.status).to.equal("succeeded");
    });

    it("except what comes after something that it can't keep, until that is reported", async () => {
      const claim = await aClaim(queue());
      const all = await Promise.allSettled([
        queue().step(claim, aStep({ path: "bad", result: noJson() })),
        queue().step(claim, aStep({ path: "next" })),
        queue().end(claim, anEnd(claim)),
      ]);
      expect(all.map(({ status }) => status)).to.deep.equal(["rejected", "rejected", "rejected"]);
      expect(await store.now.get(claim.id)).to.deep.include({ status: "running", steps: [] });
      await queue().end(claim, anEnd(claim));
      expect(await statusOf(claim.id)).to.equal("succeeded");
    });

    it("and says so where that can't be kept because of what it is, also of what the end causes", async () => {
      const claim = await aClaim(queue());
      // What can't be made, and what breaks a rule of the tables.
      await refused(queue().step(claim, aStep({ result: noJson() })));
      await refused(queue().step(claim, aStep({ type: null as never })));
      await refused(queue().note(claim, { path: "a", name: "n", value: noJson() }));
      await refused(queue().end(claim, anEnd(claim, { output: noJson() })));
      await refused(queue().end(claim, anEnd(claim, { status: null as never })));
      const causes = aNewRun({ trigger: { n: noJson() } });
      await refused(queue().end(claim, anEnd(claim, { status: "errored" }), causes));
      await queue().end(claim, anEnd(claim));
      expect(await statusOf(claim.id)).to.equal("succeeded");
    });

    it("and gives one of which the record can't be read to the next claim as one that can only end; others beside it whole", async () => {
      const [bad, good] = [await aClaim(queue()), await aClaim(queue())];
      for (const claim of [bad, good]) await queue().step(claim, aStep({ result: "t0ken" }));
      await store.sealed(`update steps set result = '{"t0ken' where run = '${bad.id}'`);
      await store.reopen();
      const claims = await queue().claim(10);
      const [broken, whole] = [bad, good].map(({ id }) => claims.find((one) => one.id === id)!);
      expect(broken?.unreadable).to.include({ code: "RUN_UNREADABLE" });
      expect(broken?.unreadable?.message).to.not.include("t0ken");
      expect(whole).to.deep.include({ unreadable: null });
      await queue().end(broken!, anEnd(broken!, { status: "errored" }));
      const { runs } = await store.now.list({ status: "errored", limit: 10 });
      expect(runs.map(({ id }) => id)).to.deep.equal([bad.id]);
    });

    it("and shows it while the run is under way: its steps and what they said", async () => {
      const claim = await aClaim(queue());
      await queue().step(claim, aStep({ path: "one", effects: { said: ["First"] } }));
      await queue().step(claim, aStep({ path: "two", effects: { said: ["Second", "Third"] } }));
      const run = await store.now.get(claim.id);
      expect(run).to.deep.include({ status: "running", messages: ["First", "Second", "Third"] });
      expect(run?.steps.map(({ path }) => path)).to.deep.equal(["one", "two"]);
      expect(run?.steps[0]).to.not.have.property("effects");
    });
  });

  describe("ends runs", () => {
    it("as they ended", async () => {
      const claim = await aClaim(queue());
      const error = { message: "No", code: "REQUEST_FAILED", step: "pay" };
      const end = anEnd(claim, {
        status: "errored",
        messages: ["Paid"],
        output: { n: 1 },
        error,
      });
      expect(await queue().ended(claim.id)).to.equal(null);
      await queue().end(claim, end);
      const outcome = { status: "errored", messages: ["Paid"], output: { n: 1 }, error };
      expect(await store.now.get(claim.id)).to.deep.include({
        ...outcome,
        finishedAt: end.finishedAt.toISOString(),
      });
      expect(await queue().ended(claim.id)).to.deep.equal({ id: claim.id, ...outcome });
      expect(await claimedIds()).to.deep.equal([]);
    });

    it("one after another, also while those before them are not awaited", async () => {
      const claims = [await aClaim(queue()), await aClaim(queue()), await aClaim(queue())];
      const ends: Promise<void>[] = [];
      for (const claim of claims) {
        ends.push(queue().step(claim, aStep()), queue().end(claim, anEnd(claim)));
        await new Promise(setImmediate);
      }
      await Promise.all(ends);
      for (const { id } of claims) expect(await statusOf(id)).to.equal("succeeded");
    });

    it("and does nothing for one that does not exist", async () => {
      expect(await queue().ended(uuid())).to.equal(null);
    });
  });

  describe("lets runs wait", () => {
    it("for a time, and says when that is", async () => {
      let now = new Date("2026-03-04T05:00:00.000Z");
      await store.reopen({ now: () => now });
      const claim = await aClaim(queue());
      const later = await aClaim(queue());
      expect(await queue().nextWake()).to.equal(null);
      const until = new Date("2026-03-04T06:00:00.000Z");
      await waiting(claim, { until });
      await waiting(later, { until: new Date("2026-03-05T06:00:00.000Z") });
      expect(await statusOf(claim.id)).to.equal("waiting");
      expect(await claimedIds()).to.deep.equal([]);
      expect(await queue().nextWake()).to.deep.equal(until);

      now = until;
      expect(await queue().nextWake()).to.deep.equal(until);
      const again = await theClaim(queue());
      expect(again).to.deep.include({ id: claim.id, startedAt: claim.startedAt, attempt: 0 });
      expect(await statusOf(claim.id)).to.equal("running");
      expect(await queue().nextWake()).to.deep.equal(new Date("2026-03-05T06:00:00.000Z"));
    });

    it("for a time beyond all calendars", async () => {
      await waiting(await aClaim(queue()), { until: new Date(8.64e15) });
      expect(await claimedIds()).to.deep.equal([]);
      expect((await queue().nextWake())?.getUTCFullYear()).to.equal(9999);
    });

    it("for a child, and lets them go on when it has ended", async () => {
      const parent = await aClaim(queue());
      await accept({ parent: parent.id });
      await waiting(parent, { child: (await theChild(parent.id)).id });
      const child = await theClaim(queue());
      expect(child.parent).to.equal(parent.id);
      const told = store.heard();
      await queue().step(child, aStep());
      told(0);
      await queue().end(child, anEnd(child, { output: 7 }));
      told(1);
      expect((await theClaim(queue())).id).to.equal(parent.id);
    });

    it("for a child that has ended already: they can go on at once", async () => {
      const child = await aClaim(queue());
      await queue().end(child, anEnd(child));
      const parent = await aClaim(queue());
      const told = store.heard();
      await waiting(parent, { child: child.id });
      told(1);
      expect((await theClaim(queue())).id).to.equal(parent.id);
    });

    it("also when they and their child end and wait at the same time", async () => {
      const parent = await aClaim(queue());
      const child = await aClaim(queue(), { parent: parent.id });
      await Promise.all([
        queue().end(child, anEnd(child)),
        waiting(parent, { child: child.id }),
        accept({}),
      ]);
      expect(await claimedIds()).to.include(parent.id);
    });

    it("and go on before what was accepted after them", async () => {
      const parent = await aClaim(queue(), { acceptedAt: new Date(1_000) });
      const child = await aClaim(queue(), { acceptedAt: new Date(3_000) });
      await waiting(parent, { child: child.id });
      await accept({ acceptedAt: new Date(2_000) });
      await queue().end(child, anEnd(child));
      expect(await claimedIds(1)).to.deep.equal([parent.id]);
    });

    it("for a time or a child, whichever comes first", async () => {
      const parent = await aClaim(queue());
      const child = await aClaim(queue());
      await waiting(parent, { child: child.id, until: new Date(0) });
      const again = await theClaim(queue());
      expect(again.id).to.equal(parent.id);
      await queue().end(child, anEnd(child));
      expect(await claimedIds()).to.deep.equal([]);
      await queue().step(again, aStep());
    });
  });

  describe("takes nothing from a claim that is not the newest", () => {
    it("once another process has claimed the run", async () => {
      const old = await aClaim(queue());
      await store.reopen();
      await lost(queue().step(old, aStep()));
      const claim = await theClaim(queue());
      await everyWrite(old);
      await queue().end(claim, anEnd(claim));
      expect(await store.now.get(claim.id)).to.deep.include({ status: "succeeded", steps: [] });
    });

    it("once the run waits", async () => {
      const claim = await aClaim(queue());
      await waiting(claim, { until: new Date(Date.now() + 60_000) });
      await everyWrite(claim);
      expect(await statusOf(claim.id)).to.equal("waiting");
    });

    it("once the run has ended", async () => {
      const claim = await aClaim(queue());
      await queue().end(claim, anEnd(claim, { status: "failed" }));
      await everyWrite(claim);
      expect(await statusOf(claim.id)).to.equal("failed");
    });

    it("and commits what is in its time beside it", async () => {
      const [one, two] = [await aClaim(queue()), await aClaim(queue())];
      const writes = [
        queue().step(one, aStep()),
        queue().end({ ...one, fence: one.fence - 1 }, anEnd(one)),
        queue().step(two, aStep()),
      ];
      const settled = await Promise.allSettled(writes);
      expect(settled.map(({ status }) => status)).to.deep.equal([
        "fulfilled",
        "rejected",
        "fulfilled",
      ]);
      expect((await store.now.get(two.id))?.steps).to.have.length(1);
    });
  });

  describe("when it is opened again", () => {
    it("has what was queued", async () => {
      const ids = await accept({}, {});
      await store.reopen();
      expect(await claimedIds()).to.deep.equal(ids);
    });

    it("gives what was running to the next claim, and counts that a process died over it", async () => {
      const [id] = await accept({});
      for (let attempt = 0; attempt < 3; attempt++) {
        expect(await theClaim(queue())).to.deep.include({ id, attempt });
        await store.reopen();
        expect(await store.now.get(id!)).to.deep.include({
          status: "queued",
          attempt: attempt + 1,
        });
      }
    });

    it("still knows for what a run waits", async () => {
      const until = new Date(Date.now() + 60_000);
      const sleeper = await aClaim(queue());
      await waiting(sleeper, { until });
      const parent = await aClaim(queue());
      const [child] = await accept({});
      await waiting(parent, { child: child! });
      await store.reopen();
      expect(await queue().nextWake()).to.deep.equal(until);
      const claim = await theClaim(queue());
      expect(claim).to.deep.include({ id: child, attempt: 0 });
      await queue().end(claim, anEnd(claim));
      expect(await theClaim(queue())).to.deep.include({ id: parent.id, attempt: 0 });
    });
  });

  it("never deletes a run that has not ended, nor the definition that it needs", async () => {
    const DAY = 86_400_000;
    await store.reopen({ retention: DAY });
    const acceptedAt = new Date(Date.now() - 30 * DAY);
    const definition = definitionOf('{"title":"old"}');
    const own = { acceptedAt, workflow: aWorkflow({ definition }) };
    const sleeper = await aClaim(queue(), own);
    await waiting(sleeper, { until: new Date(Date.now() + DAY) });
    const running = await aClaim(queue(), own);
    const [queued] = await accept(own);
    expect(await store.now.prune()).to.equal(0);
    for (const id of [sleeper.id, running.id, queued!]) {
      expect((await store.now.get(id))?.definition).to.deep.equal({
        hash: definition.hash,
        source: { title: "old" },
      });
    }
  });

  it("deletes what has ended with all that was kept of it", async () => {
    await store.reopen({ retention: 0 });
    const claim = await aClaim(queue());
    await queue().step(claim, aStep());
    await queue().note(claim, { path: "a", name: "n", value: 1 });
    await queue().end(claim, anEnd(claim, { finishedAt: new Date(0) }));
    expect(await store.now.prune()).to.equal(1);
    expect(await store.now.get(claim.id)).to.equal(null);
    expect(await queue().ended(claim.id)).to.equal(null);
    await lost(queue().step(claim, aStep()));
  });
}

const at = (second: number) => ({ acceptedAt: new Date(second * 1_000) });

async function refused(write: Promise<void>): Promise<void> {
  const error = await write.catch((thrown: unknown) => thrown);
  expect(error).to.include({ code: "RUN_UNRECORDABLE" });
}

async function lost(write: Promise<unknown>): Promise<void> {
  const error = await write.catch((thrown: unknown) => thrown);
  expect(error).to.be.instanceOf(ClaimLost);
}
