import { expect } from "chai";
import { v7 as uuid } from "uuid";
import { ClaimLost, type NewRun } from "../../src/model/queue.ts";
import { aClaim, aNewRun, aStart, aStep, aWorkflow, anEnd, record, theClaim } from "./runs.ts";
import type { StoreUnderTest } from "./store-contract.ts";

/** What a store lets operators do. */
export function operationsContract(store: StoreUnderTest): void {
  const queue = () => store.now.queue;
  const operations = () => store.now.operations;
  const statusOf = async (id: string) => (await store.now.get(id))?.status;
  const claimedIds = async () => (await queue().claim(10)).map(({ id }) => id);
  /** The only run that can go on waits for a new child. */
  const waitForChild = async () => {
    const { id, ...claim } = await theClaim(queue());
    const child = await accepted({ parent: id });
    await queue().wait({ id, ...claim }, { id, status: "waiting", until: null, child });
    return child;
  };
  const accepted = async (own: Parameters<typeof aNewRun>[0] = {}) => {
    const run = aNewRun(own);
    await queue().accept([run]);
    return run.id;
  };
  /** Accepts a run that is older than others, and claims it. */
  const aClaimOf = async (own: Partial<NewRun>) => {
    await accepted(own);
    return (await queue().claim(1))[0]!;
  };
  const anUnconfirmed = async () => {
    const run = aNewRun();
    const intent = uuid();
    await store.now.intents.open(intent, [run]);
    await store.now.intents.unconfirmed(intent);
    return run.id;
  };

  const replay = (of: string | null) => operations().replay(aNewRun({ replayOf: of }));

  describe("cancels", () => {
    it("a run that is queued: it is not done", async () => {
      const id = await accepted();
      expect(await operations().cancel(id)).to.deep.equal(done);
      const run = await store.now.get(id);
      expect(run).to.deep.include({
        status: "canceled",
        error: { message: "The run was canceled", code: "CANCELED", step: "" },
      });
      expect(run?.finishedAt).to.be.a("string");
      expect(await claimedIds()).to.deep.equal([]);
    });

    it("a run under way: its worker is told, and what it commits is not taken", async () => {
      const claim = await aClaim(queue());
      await queue().step(claim, aStep({ effects: { said: ["So far"] } }));
      const canceled: string[] = [];
      operations().onCancel((id) => canceled.push(id));
      expect(await operations().cancel(claim.id)).to.deep.equal(done);
      expect(canceled).to.deep.equal([claim.id]);
      const error = await queue()
        .end(claim, anEnd(claim))
        .catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(ClaimLost);
      expect(await store.now.get(claim.id)).to.deep.include({
        status: "canceled",
        messages: ["So far"],
      });
      await store.reopen();
      expect(await claimedIds()).to.deep.equal([]);
    });

    it("a run that waits, and what it waits for, and so on", async () => {
      const outer = await accepted();
      const middle = await waitForChild();
      const inner = await waitForChild();
      const other = await accepted({ parent: outer });
      expect(await operations().cancel(outer)).to.deep.equal(done);
      for (const id of [inner, middle, outer]) expect(await statusOf(id)).to.equal("canceled");
      expect(await claimedIds()).to.deep.equal([other]);
    });

    it("a child: the run that waits for it goes on", async () => {
      const parent = await accepted();
      const child = await waitForChild();
      const told = store.heard();
      expect(await operations().cancel(child)).to.deep.equal(done);
      told(1);
      expect(await queue().ended(child)).to.include({ status: "canceled" });
      expect(await claimedIds()).to.deep.equal([parent]);
    });

    it("no run that has ended, that a client waits for, or that is not there", async () => {
      const ended = await record(store.now, { end: { status: "failed" } });
      expect(await operations().cancel(ended)).to.deep.equal(wrong("failed"));
      const sync = aStart();
      await store.now.begin(aWorkflow(), sync);
      expect(await operations().cancel(sync.id)).to.deep.equal(wrong("running"));
      expect(await operations().cancel(await anUnconfirmed())).to.deep.equal(wrong("unconfirmed"));
      expect(await operations().cancel(uuid())).to.deep.equal(unknown);
      const id = await accepted();
      await operations().cancel(id);
      expect(await operations().cancel(id)).to.deep.equal(wrong("canceled"));
    });
  });

  describe("dismisses", () => {
    it("an unconfirmed run", async () => {
      const id = await anUnconfirmed();
      expect(await operations().dismiss(id)).to.deep.equal(done);
      const run = await store.now.get(id);
      expect(run).to.include({ status: "dismissed", replayedAs: null });
      expect(run?.finishedAt).to.be.a("string");
      expect(await operations().dismiss(id)).to.deep.equal(wrong("dismissed"));
    });

    it("no run that is not unconfirmed", async () => {
      expect(await operations().dismiss(await accepted())).to.deep.equal(wrong("queued"));
      expect(await operations().dismiss(await record(store.now))).to.deep.equal(wrong("succeeded"));
      expect(await operations().dismiss(uuid())).to.deep.equal(unknown);
    });
  });

  describe("replays", () => {
    it("a run that has ended, as often as need be", async () => {
      const old = await record(store.now, { end: { status: "failed" } });
      for (let n = 0; n < 2; n++) {
        const run = aNewRun({ replayOf: old });
        expect(await operations().replay(run)).to.deep.equal(done);
        expect((await theClaim(queue())).id).to.equal(run.id);
        expect(await store.now.get(run.id)).to.include({ replayOf: old });
      }
      expect(await store.now.get(old)).to.include({ status: "failed", replayedAs: null });
    });

    it("an unconfirmed run once: it is dismissed, and names the run that replays it", async () => {
      const old = await anUnconfirmed();
      const runs = [aNewRun({ replayOf: old }), aNewRun({ replayOf: old })];
      const operated = await Promise.all(runs.map((run) => operations().replay(run)));
      expect(operated).to.deep.equal([done, wrong("dismissed")]);
      expect(await store.now.get(old)).to.include({
        status: "dismissed",
        replayedAs: runs[0]!.id,
      });
      expect(await claimedIds()).to.deep.equal([runs[0]!.id]);
    });

    it("a run that was dismissed by hand, once", async () => {
      const old = await anUnconfirmed();
      await operations().dismiss(old);
      const [one, two] = [aNewRun({ replayOf: old }), aNewRun({ replayOf: old })];
      expect(await operations().replay(one)).to.deep.equal(done);
      expect(await operations().replay(two)).to.deep.equal(wrong("dismissed"));
      expect(await store.now.get(old)).to.include({ replayedAs: one.id });
    });

    it("a run with what its steps gave the last time: they are not done again", async () => {
      const effects = { assigned: { n: 1 }, said: ["One"] };
      const steps = [
        aStep({ path: "one", result: 1, effects }),
        aStep({ path: "two", attempt: 1, status: "errored" }),
        aStep({ path: "two", attempt: 2, result: 2 }),
        aStep({ path: "three", result: 3 }),
      ];
      const start = aStart();
      await store.now.finish(aWorkflow(), start, anEnd(start), steps);
      await operations().replay(aNewRun({ replayOf: start.id }), ["one", "two"]);
      const claim = await theClaim(queue());
      expect(claim.past.steps).to.deep.equal(steps.slice(0, 3));
      await queue().step(claim, aStep({ path: "three", result: 4 }));
      const { steps: all } = (await store.now.get(claim.id))!;
      expect(all.map(({ path }) => path)).to.deep.equal(["one", "two", "two", "three"]);
      expect((await store.now.get(start.id))?.steps).to.have.length(4);
    });

    it("no run that has not ended, or that is not there", async () => {
      const id = await accepted();
      expect(await replay(id)).to.deep.equal(wrong("queued"));
      expect(await replay(uuid())).to.deep.equal(unknown);
      expect(await replay(null)).to.deep.equal(unknown);
      expect(await claimedIds()).to.deep.equal([id]);
    });
  });

  describe("resumes", () => {
    it("a run that waits for a time, at once: the time is over", async () => {
      const now = new Date();
      await store.reopen({ now: () => now });
      const claim = await aClaim(queue());
      const until = new Date(Date.now() + 3_600_000);
      const past = new Date(0).toISOString();
      const notes = { until: until.toISOString(), began: past, child: uuid(), year: "9999" };
      for (const [name, value] of Object.entries(notes)) {
        await queue().note(claim, { path: "pause", name, value });
      }
      await queue().wait(claim, { id: claim.id, status: "waiting", until, child: null });
      const told = store.heard();
      expect(await operations().resume(claim.id)).to.deep.equal(done);
      told(1);
      expect(await queue().nextWake()).to.equal(null);
      const again = await theClaim(queue());
      const noted = Object.fromEntries(again.past.notes.map(({ name, value }) => [name, value]));
      expect(noted).to.deep.equal({ ...notes, until: now.toISOString() });
    });

    it("no run that does not wait, that waits for another, or that is not there", async () => {
      const child = await accepted();
      for (const until of [null, new Date(Date.now() + 60_000)]) {
        const parent = await aClaimOf({ acceptedAt: new Date(0) });
        expect(await operations().resume(parent.id)).to.deep.equal(wrong("running"));
        await queue().wait(parent, { id: parent.id, status: "waiting", until, child });
        expect(await operations().resume(parent.id)).to.deep.equal(wrong("waiting"));
      }
      expect(await operations().resume(child)).to.deep.equal(wrong("queued"));
      expect(await operations().resume(uuid())).to.deep.equal(unknown);
      const ended = await record(store.now);
      expect(await operations().resume(ended)).to.deep.equal(wrong("succeeded"));
    });
  });
}

const done = { outcome: "done" };
const unknown = { outcome: "no such run" };
const wrong = (status: string) => ({ outcome: "wrong state", status });
