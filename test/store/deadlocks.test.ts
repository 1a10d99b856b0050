import { expect } from "chai";
import knex from "knex";
import { Client } from "pg";
import { migrationSource } from "../../src/store/migrations/index.ts";
import type { Store } from "../../src/store/store.ts";
import { onPostgres } from "../support/on-postgres.ts";
import { postgresPlace } from "../support/postgres-place.ts";
import { aClaim, aNewRun, aWorkflow, anEnd, record } from "../support/runs.ts";
import type { StorePlace } from "../support/store-contract.ts";
import { until } from "../support/until.ts";

/** Three tables, in the order in which a transaction locks them. */
type Tables = readonly [first: string, then: string, last: string];

onPostgres("a transaction that is the victim of a deadlock is done again", (server) => {
  let place: StorePlace;
  let store: Store;
  beforeEach(async () => {
    place = await postgresPlace(server);
    const name = new URL(place.url).pathname.slice(1);
    await place.ask(`alter database ${name} set deadlock_timeout = '20ms'`);
    // Never renewed, so that a test meets what it does alone.
    store = await place.open({ lease: { duration: 600_000, renewal: 300_000 } });
  });
  afterEach(async () => {
    await store.close();
    await place.remove();
  });

  it("as runs are accepted", async () => {
    const workflow = aWorkflow({ concurrency: { key: null, limit: 1 } });
    const run = aNewRun({ workflow });
    await deadlocked(place, ["runs", "queue", "lanes"], () => store.queue.accept([run]));
    expect((await store.queue.claim(10)).map(({ id }) => id)).to.deep.equal([run.id]);
  });

  it("as the wake-up of a run is added", async () => {
    const run = aNewRun();
    const tables = ["runs", "queue", "graphile_worker._private_jobs"] as const;
    await deadlocked(place, tables, () => store.queue.accept([run]));
    expect((await store.queue.claim(10)).map(({ id }) => id)).to.deep.equal([run.id]);
    await store.queue.accept([aNewRun()]);
  });

  it("as runs are claimed", async () => {
    const run = aNewRun();
    await store.queue.accept([run]);
    const claiming = () => store.queue.claim(10);
    const claims = await deadlocked(place, ["queue", "runs", "definitions"], claiming);
    expect(claims.map(({ id }) => id)).to.deep.equal([run.id]);
  });

  it("as a run ends", async () => {
    const claim = await aClaim(store.queue);
    const ending = () => store.queue.end(claim, anEnd(claim));
    await deadlocked(place, ["queue", "runs", "notes"], ending);
    expect((await store.get(claim.id))?.status).to.equal("succeeded");
  });

  it("as old runs are deleted", async () => {
    const id = await record(store);
    expect(await store.get(id)).to.not.equal(null);
    await place.ask("update runs set finished_at = '2000-01-01T00:00:00.000Z'");
    await deadlocked(place, ["runs", "definitions", "intents"], () => store.prune());
    expect(await store.get(id)).to.equal(null);
  });

  it("as a lease is renewed, and what others left is taken over", async () => {
    let other: Store | null = null;
    try {
      const lease = { duration: 600_000, renewal: 20 };
      const opening = async () => (other = await place.open({ lease }));
      await deadlocked(place, ["instances", "queue", "runs"], opening);
      const heard = new Promise<void>((resolve) => other?.queue.onWork(resolve));
      await heard;
    } finally {
      await (other as Store | null)?.close();
    }
  });

  it("as the tables of an older version are brought up to date, while instances of that version write", async () => {
    await store.close();
    await undoneTo(place.url, "004-lookups");
    const opening = async () => (store = await place.open());
    await deadlocked(place, ["runs", "queue", "intents"], opening);
    await store.queue.accept([aNewRun()]);
    expect(await store.queue.claim(10)).to.have.length(1);
  });
});

/**
 * Does something whose transaction meets another one that locks two of the tables in the opposite order. Only the first finds
 * out that both wait for each other, so it is the victim, whoever is faster.
 */
async function deadlocked<T>(
  place: StorePlace,
  [first, then, last]: Tables,
  act: () => Promise<T>,
): Promise<T> {
  const [other, third] = [await begun(place.url), await begun(place.url)];
  const isWaitedFor = async (table: string) =>
    (
      await place.ask(
        `select 1 from pg_locks where not granted and relation = '${table}'::regclass`,
      )
    ).length > 0;
  try {
    await other.query("set local deadlock_timeout = '1h'");
    await other.query(`lock table ${last}`);
    await third.query(`lock table ${then}`);
    const acting = act();
    await until(() => isWaitedFor(then));
    const locked = other.query(`lock table ${first}`);
    await until(() => isWaitedFor(first));
    await third.query("rollback");
    // It is given only once the victim has let go of it.
    await locked;
    await other.query("rollback");
    return await acting;
  } finally {
    await Promise.all([other.end(), third.end()]);
  }
}

async function begun(url: string): Promise<Client> {
  const client = new Client(url);
  await client.connect();
  await client.query("begin");
  return client;
}

/** Makes the tables those of an older version. @param name of its last migration */
async function undoneTo(url: string, name: string): Promise<void> {
  const database = knex({ client: "pg", connection: url });
  try {
    const migrations = (await migrationSource.getMigrations([])).toReversed();
    for (const one of migrations) {
      if (one.name === name) return;
      await database.migrate.down({ migrationSource, name: one.name });
    }
  } finally {
    await database.destroy();
  }
}
