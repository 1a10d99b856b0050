import { expect } from "chai";
import { GatewayError } from "../../src/model/errors.ts";
import { ClaimLost } from "../../src/model/queue.ts";
import type { Store } from "../../src/store/store.ts";
import { onPostgres } from "../support/on-postgres.ts";
import { emptyPostgresPlace } from "../support/postgres-place.ts";
import type { StorePlace } from "../support/store-contract.ts";
import { aClaim, aNewRun, aStart, aStep, aWorkflow, anEnd, record } from "../support/runs.ts";
import { eventually } from "../support/eventually.ts";
import { until } from "../support/until.ts";

/** Short, so that a test need not wait long; nothing depends on how short. */
const lease = { duration: 1_500, renewal: 300 };

onPostgres("instances that share a database", (server) => {
  let place: StorePlace;
  let one: Store;
  let two: Store;
  beforeEach(async () => {
    place = await emptyPostgresPlace(server);
    [one, two] = await Promise.all([place.open({ lease }), place.open({ lease })]);
  });
  afterEach(async () => {
    await Promise.all([one.close(), two.close()]);
    await place.remove();
  });

  it("may be opened at the same time on an empty database", async () => {
    expect(await one.list({ limit: 1 })).to.deep.equal({ runs: [], next: null });
    expect(await two.list({ limit: 1 })).to.deep.equal({ runs: [], next: null });
  });

  it("see each other's runs, and count them together", async () => {
    await record(one);
    await record(two);
    await one.list({ limit: 1 });
    expect((await two.list({ limit: 10 })).runs).to.have.length(2);
    const counts = [{ workflow: "check-title", status: "succeeded", runs: 2 }];
    expect(await one.counts()).to.deep.equal(counts);
    expect(await two.counts()).to.deep.equal(counts);
  });

  it("never claim one run twice, however many claim at once", async () => {
    const runs = Array.from({ length: 60 }, () => aNewRun());
    await one.queue.accept(runs);
    const claims = await Promise.all(
      Array.from({ length: 30 }, (_, n) => (n % 2 === 0 ? one : two).queue.claim(3)),
    );
    const ids = claims.flat().map(({ id }) => id);
    expect(new Set(ids).size).to.equal(ids.length);
    const rest = await one.queue.claim(100);
    expect(ids.length + rest.length).to.equal(runs.length);
  });

  it("tell each other of work at once", async () => {
    const heard = new Promise<void>((resolve) => two.queue.onWork(resolve));
    await one.queue.accept([aNewRun()]);
    await heard;
    expect(await two.queue.claim(1)).to.have.length(1);
  });

  it("tell the one that does a run when another cancels it; what it commits then is not taken", async () => {
    const claim = await aClaim(one.queue);
    const told = new Promise<string>((resolve) => one.operations.onCancel(resolve));
    expect(await two.operations.cancel(claim.id)).to.deep.equal({ outcome: "done" });
    expect(await told).to.equal(claim.id);
    await lost(one.queue.step(claim, aStep()));
    expect((await two.get(claim.id))?.status).to.equal("canceled");
  });

  it("let a parent go on that waits in one for a child which ends in the other, also at the same moment", async () => {
    for (let round = 0; round < 20; round++) {
      const parent = await aClaim(one.queue);
      const child = await aClaim(two.queue, { parent: parent.id });
      await Promise.all([
        one.queue.wait(parent, {
          id: parent.id,
          status: "waiting",
          until: null,
          child: child.id,
        }),
        two.queue.end(child, anEnd(child)),
      ]);
      const again = await one.queue.claim(10);
      expect(again.map(({ id }) => id)).to.deep.equal([parent.id]);
      await one.queue.end(again[0]!, anEnd(parent));
    }
  });

  it("do the runs of one that stopped at once: an orderly stop gives them back", async () => {
    const claim = await aClaim(one.queue);
    await one.close();
    const [again] = await two.queue.claim(1);
    expect(again?.id).to.equal(claim.id);
    expect(again?.fence).to.be.greaterThan(claim.fence);
  });

  it("do the runs of one that is gone once its lease is over; it writes nothing afterwards", async () => {
    // As one that was stopped: it does not renew its lease, and does not know.
    const gone = await place.open({ lease: { duration: 500, renewal: 600_000 } });
    const claim = await aClaim(gone.queue);
    const begun = aStart();
    await gone.begin(aWorkflow(), begun);
    await gone.intents.open("action", [aNewRun()]);
    const living = await aClaim(two.queue);

    await until(async () => (await two.get(claim.id))?.status !== "running");
    const [again] = await two.queue.claim(1);
    expect(again?.id).to.equal(claim.id);
    expect(again?.attempt).to.equal(1);
    await lost(gone.queue.step(claim, aStep()));
    await lost(gone.queue.end(claim, anEnd(claim)));
    const unconfirmed = await two.list({ status: "unconfirmed", limit: 10 });
    expect(unconfirmed.runs).to.have.length(1);

    await gone.finish(aWorkflow(), begun, anEnd(begun), [aStep()]);
    expect(await gone.get(begun.id)).to.deep.include({ status: "interrupted", steps: [] });
    await two.queue.end(living, anEnd(living));
    expect((await one.get(living.id))?.status).to.equal("succeeded");
    await gone.close();
  });

  it("take nothing from one that lives, however long its runs take", async () => {
    const claim = await aClaim(one.queue);
    const later = performance.now() + 2 * lease.duration;
    while (performance.now() < later) await two.list({ limit: 1 });
    expect(await two.queue.claim(10)).to.deep.equal([]);
    await one.queue.end(claim, anEnd(claim));
  });

  it("do queued runs without graphile-worker's tables", async () => {
    await place.ask("drop schema graphile_worker cascade");
    await one.queue.accept([aNewRun()]);
    const claims = await two.queue.claim(1);
    expect(claims).to.have.length(1);
  });

  it("go on when the database was away: nothing that was accepted is lost, and no restart is needed", async () => {
    const claim = await aClaim(one.queue);
    const queued = aNewRun();
    await two.queue.accept([queued]);
    const restarted = server.restart();
    const during = await two.queue.accept([aNewRun()]).catch((error: unknown) => error);
    if (during instanceof Error) {
      expect(during).to.be.instanceOf(GatewayError);
      expect((during as GatewayError).code).to.equal("STORE_UNAVAILABLE");
    }
    await restarted;
    await until(() => one.ready() && two.ready());
    await eventually(() => one.queue.end(claim, anEnd(claim)).then(() => true));
    const ids = (await two.queue.claim(10)).map(({ id }) => id);
    expect(ids).to.include(queued.id);
  });
});

async function lost(write: Promise<unknown>): Promise<void> {
  const error = await write.catch((thrown: unknown) => thrown);
  expect(error).to.be.instanceOf(ClaimLost);
}
