import { randomBytes } from "node:crypto";
import { expect } from "chai";
import { Client } from "pg";
import type { GatewayError } from "../../src/model/errors.ts";
import type { Store } from "../../src/store/store.ts";
import { StoreUnusable } from "../../src/store/unusable.ts";
import { eventually } from "../support/eventually.ts";
import { onPostgres } from "../support/on-postgres.ts";
import { postgresPlace } from "../support/postgres-place.ts";
import type { StorePlace } from "../support/store-contract.ts";
import { aClaim, aNewRun, aWorkflow, anEnd, record } from "../support/runs.ts";
import { type Wire, wireTo } from "../support/wire.ts";

onPostgres("a connection to Postgres that is lost", (server) => {
  let place: StorePlace;
  let wire: Wire;
  let store: Store;
  let other: Store;
  beforeEach(async () => {
    place = await postgresPlace(server);
    wire = await wireTo(place.url);
    // Renewed so seldom that a test sees what happens without it.
    const lease = { duration: 600_000, renewal: 300_000 };
    store = await place.open({ url: wire.url, lease });
    other = await place.open({ lease: { duration: 600_000, renewal: 100 } });
  });
  afterEach(async () => {
    wire.mend();
    await Promise.all([store.close(), other.close()]);
    await wire.close();
    await place.remove();
  });

  it("while it commits, is no loss: Postgres is asked what became of the transaction", async () => {
    const run = aNewRun();
    wire.loseAnswerOfCommit();
    await store.queue.accept([run]);
    wire.loseAnswerOfCommit();
    const [claim] = await store.queue.claim(1);
    expect(claim?.id).to.equal(run.id);
    wire.loseAnswerOfCommit();
    await store.queue.end(claim!, anEnd(claim!));
    expect((await other.get(run.id))?.status).to.equal("succeeded");
  });

  it("while it commits, and Postgres can't be asked, fails the request; later claims of the instance are its own", async () => {
    wire.loseAnswerOfCommit("hold");
    const accepting = store.queue.accept([aNewRun()]).catch((error: unknown) => error);
    expect(((await accepting) as GatewayError).code).to.equal("STORE_UNAVAILABLE");
    wire.mend();
    const [accepted] = await other.queue.claim(1);
    await other.queue.end(accepted!, anEnd(accepted!));

    const claim = await aClaim(store.queue);
    // The other looks several times for what instances have left that are gone.
    for (let looks = 0; looks < 3; looks++) {
      const heard = new Promise<void>((resolve) => other.queue.onWork(resolve));
      await heard;
      expect(await other.queue.claim(1)).to.deep.equal([]);
    }
    await store.queue.end(claim, anEnd(claim));
  }).timeout(30_000);

  it("does not hold up the end of the process: a Postgres that answers nothing is waited for some seconds", async () => {
    wire.hold();
    const accepting = store.queue.accept([aNewRun()]).catch((error: unknown) => error);
    const began = performance.now();
    await store.close();
    expect(performance.now() - began).to.be.lessThan(14_000);
    wire.mend();
    expect(((await accepting) as GatewayError).code).to.equal("STORE_UNAVAILABLE");
  }).timeout(60_000);

  it("does not leave an intent behind whose action is over: it is settled when Postgres is back", async () => {
    const [done, unknown] = [aNewRun(), aNewRun()];
    await store.intents.open("done", [done]);
    await store.intents.open("unknown", [unknown]);
    wire.cutAfter(Array.from({ length: 100 }, () => 1).values());
    store.intents.settle({ intent: "done", leaves: [] });
    await store.intents.unconfirmed("unknown");
    wire.cutAfter(null);
    await eventually(async () =>
      expect((await other.get(unknown.id))?.status).to.equal("unconfirmed"),
    );
    await store.close();
    expect((await other.list({ limit: 10 })).runs).to.have.length(1);
  });

  it("is not the only trouble: where others keep a table locked, each request is told within 15 seconds", async () => {
    const others = new Client(place.url);
    others.on("error", () => {});
    await others.connect();
    await others.query("begin; lock table queue");
    const began = performance.now();
    const accepting = () =>
      store.queue.accept([aNewRun()]).catch((error: GatewayError) => error.code);
    const first = accepting();
    await eventually(async () =>
      expect(await place.ask("select 1 from pg_locks where not granted")).to.not.deep.equal([]),
    );
    // It comes while the first is under way, and waits for its turn.
    const second = accepting();
    expect(await Promise.all([first, second])).to.deep.equal(Array(2).fill("STORE_UNAVAILABLE"));
    expect(performance.now() - began).to.be.lessThan(15_000);
    await others.query("rollback");
    await store.queue.accept([aNewRun()]);
    expect(store.ready()).to.equal(true);
    await others.end();
  }).timeout(60_000);

  it("before the start, ends the start with an error that names the place and not the password", async () => {
    const url = place.url.replace(/:\d+\//, ":1/");
    const error = await place.open({ url }).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(StoreUnusable);
    expect((error as Error).message).to.match(
      /postgres:\/\/127\.0\.0\.1:1\/test_\d+_\d+ .*ECONNREFUSED/,
    );
    expect((error as Error).message).to.not.include("secret-of-the-test");
  });

  it("is not what one bad run among others is taken for: the others are recorded, and only it is not", async () => {
    const before = store.failures();
    const good = record(store, { start: { requestId: "one" } });
    // Longer than Postgres has room for in an index.
    const key = randomBytes(10_000).toString("hex");
    const bad = record(store, { workflow: aWorkflow({ key }) });
    const ids = await Promise.all([good, bad, record(store)]);
    const { runs } = await store.list({ limit: 10 });
    expect(runs.map(({ id }) => id)).to.have.members([ids[0], ids[2]]);
    expect(store.failures()).to.equal(before + 1);
    expect(store.ready()).to.equal(true);
  });
});
