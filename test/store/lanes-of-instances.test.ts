import { expect } from "chai";
import { Client } from "pg";
import { sharedKey } from "../../src/model/traffic.ts";
import type { Store } from "../../src/store/store.ts";
import { onPostgres } from "../support/on-postgres.ts";
import { postgresPlace } from "../support/postgres-place.ts";
import { aClaim, aNewRun, aWorkflow, anEnd } from "../support/runs.ts";
import type { StorePlace } from "../support/store-contract.ts";
import { until } from "../support/until.ts";

onPostgres("a run that waits for one which another instance has", (server) => {
  let place: StorePlace;
  let one: Store;
  let two: Store;
  beforeEach(async () => {
    place = await postgresPlace(server);
    // Never renewed: what an instance hears of, it does not hear of by looking for itself.
    const lease = { duration: 600_000, renewal: 300_000 };
    [one, two] = [await place.open({ lease }), await place.open({ lease })];
  });
  afterEach(async () => {
    await Promise.all([one.close(), two.close()]);
    await place.remove();
  });

  it("is heard of as that one ends, where both are of one lane", async () => {
    const [first, second] = [aRun("a"), aRun("a")];
    await one.queue.accept([first, second]);
    const [claim] = await one.queue.claim(10);
    expect(await two.queue.claim(10)).to.deep.equal([]);
    const told = hears(two);
    await one.queue.end(claim!, anEnd(claim!));
    await told;
    expect((await two.queue.claim(10)).map(({ id }) => id)).to.deep.equal([second.id]);
  });

  it("is heard of as that one ends, where it is its parent", async () => {
    const parent = await aClaim(two.queue);
    const child = await aClaim(one.queue, { parent: parent.id });
    const wait = { id: parent.id, status: "waiting", until: null, child: child.id } as const;
    await two.queue.wait(parent, wait);
    const told = hears(two);
    await one.queue.end(child, anEnd(child));
    await told;
    expect((await two.queue.claim(10)).map(({ id }) => id)).to.deep.equal([parent.id]);
  });

  it("has a wake-up, in case that instance dies before it tells of it", async () => {
    const [first, second] = [aRun("a"), aRun("a")];
    await one.queue.accept([first]);
    const [claim] = await one.queue.claim(10);
    await two.queue.accept([second]);
    await place.ask(KEPT);
    await one.queue.end(claim!, anEnd(claim!));
    expect(await place.ask("select run from kept")).to.deep.equal([{ run: second.id }]);
  });

  it("is heard of after the connection was lost on which instances hear each other: it is made again at once", async () => {
    await place.ask("drop schema graphile_worker cascade");
    const before = await listeners(place);
    expect(before).to.have.length(2);
    await place.ask(`select pg_terminate_backend(pid) from (${LISTENERS}) as listeners`);
    await until(async () => {
      const after = await listeners(place);
      return after.length === 2 && !after.some((pid) => before.includes(pid));
    });
    const claim = await aClaim(one.queue, { workflow: laneOf("a") });
    await one.queue.accept([aRun("a")]);
    const told = hears(two);
    await one.queue.end(claim, anEnd(claim));
    await told;
    expect(await two.queue.claim(10)).to.have.length(1);
  });

  it("locks lanes in one order, whatever the order of what is committed together: instances wait for no lanes of each other", async () => {
    const [low, high] = ["a", "b"].toSorted((x, y) => (nameOf(x) < nameOf(y) ? -1 : 1));
    // A deadlock is not found, so that it could not be mended either.
    const name = new URL(place.url).pathname.slice(1);
    await place.ask(`alter database ${name} set deadlock_timeout = '1h'`);
    await one.close();
    one = await place.open();
    const other = new Client(place.url);
    await other.connect();
    const lock = (key: string) =>
      other.query("insert into lanes (lane, held) values ($1, 0)", [nameOf(key)]);
    try {
      await other.query("begin");
      await lock(low!);
      const accepting = one.queue.accept([aRun(high!), aRun(low!)]);
      await until(async () => (await place.ask(WAITING)).length > 0);
      await lock(high!);
      await other.query("rollback");
      await accepting;
      expect(await one.queue.claim(10)).to.have.length(2);
    } finally {
      await other.end();
    }
  });
});

const WAITING = "select 1 from pg_locks where not granted and locktype = 'transactionid'";

const LISTENERS =
  "select pid from pg_stat_activity where datname = current_database() and query = 'listen sidehook'";

/** The keys of the wake-ups that are added from now on. */
const KEPT = `
  create table kept (run text);
  create function keep_wake_up() returns trigger language plpgsql as
    $$ begin insert into kept values (new.key); return new; end $$;
  create trigger keep_wake_up before insert on graphile_worker._private_jobs
    for each row execute function keep_wake_up()`;

const listeners = async (place: StorePlace) =>
  (await place.ask<{ pid: number }>(LISTENERS)).map(({ pid }) => pid);

const hears = (store: Store) => new Promise<void>((resolve) => store.queue.onWork(resolve));

const nameOf = (key: string) => `lane:${sharedKey(key, null, {})}`;

const laneOf = (key: string) => aWorkflow({ key, concurrency: { key: null, limit: 1 } });

const aRun = (key: string) => aNewRun({ workflow: laneOf(key) });
