import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { expect } from "chai";
import knex from "knex";
import { v7 as uuid } from "uuid";
import { StoreInUse } from "../../src/store/lock.ts";
import { migrationSource } from "../../src/store/migrations/index.ts";
import type { Store, StoreOptions } from "../../src/store/store.ts";
import { StoreUnusable } from "../../src/store/unusable.ts";
import { aStart, aWorkflow, anEnd, record } from "../support/runs.ts";
import { type SqlitePlace, openTestStore, sqlitePlace } from "../support/sqlite-place.ts";

describe("a SQLite store", () => {
  let place: SqlitePlace;
  let stores: Store[];
  let children: ChildProcess[];
  beforeEach(async () => {
    place = await sqlitePlace();
    stores = [];
    children = [];
  });
  afterEach(async () => {
    for (const child of children) await killed(child);
    for (const store of stores) await store.close();
    await place.remove();
  });

  const open = async (own?: Partial<StoreOptions>, file = place.file) => {
    const store = await openTestStore(file, own);
    stores.push(store);
    return store;
  };
  const refusal = (file = place.file) =>
    open({}, file).then(
      () => expect.fail("it opened"),
      (error: unknown) => error as Error & { code: string },
    );
  /** Another process that has begun a run with that id. */
  const startChild = async (id: string) => {
    const child = fork(fileURLToPath(new URL("./child.ts", import.meta.url)), [place.file, id], {
      execArgv: ["--import", "tsx"],
    });
    children.push(child);
    await once(child, "message");
    return child;
  };

  it("makes its folder and file, and leaves one tidy file when it is closed", async () => {
    const store = await open();
    await record(store);
    expect(existsSync(`${place.file}-wal`)).to.equal(true);
    await store.close();
    expect(readFileSync(place.file).subarray(0, 15).toString()).to.equal("SQLite format 3");
    expect(existsSync(`${place.file}-wal`)).to.equal(false);
  });

  it("can be closed twice", async () => {
    const store = await open();
    await Promise.all([store.close(), store.close()]);
    await store.close();
  });

  it("is not ready once it is closed, and records nothing more", async () => {
    const store = await open();
    await store.close();
    expect(store.ready()).to.equal(false);
    await record(store);
    await new Promise(setImmediate);
    expect(store.failures()).to.equal(1);
  });

  describe("is one process's own", () => {
    it("so that a second open fails and says why", async () => {
      await open();
      const error = await refusal();
      expect(error).to.be.instanceOf(StoreInUse);
      expect(error.message).to.include(place.file).and.include("another process has it");
    });

    it("also when the second comes by a symbolic link", async () => {
      await open();
      const link = join(place.folder, "link.db");
      symlinkSync(place.file, link);
      expect(await refusal(link)).to.be.instanceOf(StoreInUse);
    });

    it("until it is closed", async () => {
      await (await open()).close();
      expect((await open()).ready()).to.equal(true);
    });

    it("also while the process that has it is another, and no longer when that was killed", async () => {
      const id = uuid();
      const child = await startChild(id);
      expect(await refusal()).to.be.instanceOf(StoreInUse);

      await killed(child);
      const store = await open();
      expect((await store.list({ limit: 10 })).runs).to.have.length(1);
      expect(await store.get(id)).to.deep.include({ workflow: "cut", status: "interrupted" });
      expect((await store.list({ limit: 10, status: "running" })).runs).to.deep.equal([]);
    });
  });

  describe("that can't be had says so, and names the file", () => {
    it("when something that is no folder stands in the way", async () => {
      writeFileSync(join(place.folder, "data"), "");
      const error = await refusal();
      expect(error).to.be.instanceOf(StoreUnusable);
      expect(error.message).to.include(place.file);
    });

    it("when the file is no database, which is left as it was", async () => {
      const file = join(place.folder, "notes.txt");
      writeFileSync(file, "Not a database at all. ".repeat(50));
      const error = await refusal(file);
      expect(error).to.be.instanceOf(StoreUnusable).and.not.instanceOf(StoreInUse);
      expect(error.code).to.equal("SQLITE_NOTADB");
      expect(readFileSync(file, "utf8")).to.include("Not a database");
    });

    it("when a newer version has migrated it further", async () => {
      await (await open()).close();
      const database = new Database(place.file);
      database
        .prepare("insert into knex_migrations (name, batch, migration_time) values (?, 2, 0)")
        .run("999-the-future");
      database.close();
      expect((await refusal()).message).to.include("999-the-future");
    });

    it("and can be had as soon as the cause is gone", async () => {
      const folder = join(place.folder, "data");
      writeFileSync(folder, "");
      await refusal();
      await place.remove();
      expect((await open()).ready()).to.equal(true);
    });
  });

  describe("while another process writes to the file", () => {
    let other: Database.Database;
    let store: Store;
    beforeEach(async () => {
      store = await open({ busyTimeout: 20 });
      await store.list({ limit: 1 });
      other = new Database(place.file);
      other.exec("BEGIN IMMEDIATE");
    });
    afterEach(() => other.close());

    it("refuses to begin a run: STORE_UNAVAILABLE", async () => {
      const error = await store.begin(aWorkflow(), aStart()).catch((thrown: unknown) => thrown);
      expect(error).to.include({ code: "STORE_UNAVAILABLE", status: 503 });
      expect(store.failures()).to.equal(1);
    });

    it("is not ready, and is again when the other is done", async () => {
      await store.begin(aWorkflow(), aStart()).catch(() => {});
      expect(store.ready()).to.equal(false);
      await store.list({ limit: 1 });
      expect(store.ready()).to.equal(false);

      other.exec("ROLLBACK");
      store.ready();
      await store.list({ limit: 1 });
      expect(store.ready()).to.equal(true);
    });

    it("can still be read", async () => {
      expect(await store.list({ limit: 1 })).to.deep.equal({ runs: [], next: null });
    });

    it("fails what is queued together once, not one by one", async () => {
      const from = Date.now();
      for (let n = 0; n < 500; n++) {
        const start = aStart();
        void store.finish(aWorkflow(), start, anEnd(start), []);
      }
      await store.list({ limit: 1 });
      expect(store.failures()).to.equal(500);
      expect(Date.now() - from).to.be.lessThan(2_000);
    });
  });

  it("finds the runs of a list by an index on all that is asked for, in their order", async () => {
    await (await open()).close();
    const file = new Database(place.file, { readonly: true });
    const planOf = (where: string) =>
      file
        .prepare(`explain query plan select * from runs where ${where} order by id desc limit 51`)
        .all()
        .map((row) => (row as { detail: string }).detail.replace(/.* \(/, "("));
    const cases = {
      "id < '0'": ["(id<?)"],
      "status = 'a'": ["(status=?)"],
      "workflow = 'b'": ["(workflow=?)"],
      "workflow = 'b' and id < '0'": ["(workflow=? AND id<?)"],
      "status = 'a' and workflow = 'b' and id < '0'": ["(workflow=? AND status=? AND id<?)"],
    };
    const plans = Object.keys(cases).map((where) => [where, planOf(where)]);
    file.close();
    expect(Object.fromEntries(plans)).to.deep.equal(cases);
  });

  describe("is migrated", () => {
    it("down to nothing and up again", async () => {
      await (await open()).close();
      const database = knex({
        client: "better-sqlite3",
        connection: { filename: place.file },
        useNullAsDefault: true,
      });
      try {
        await database.migrate.rollback({ migrationSource }, true);
        expect(await database.schema.hasTable("runs")).to.equal(false);
        expect(await database.schema.hasTable("definitions")).to.equal(false);
      } finally {
        await database.destroy();
      }
      const store = await open();
      const id = await record(store);
      expect(await store.get(id)).to.include({ id });
    });

    it("also after a process was killed while it migrated", async () => {
      await (await open()).close();
      const database = new Database(place.file);
      database.exec("update knex_migrations_lock set is_locked = 1");
      database.close();
      expect((await open()).ready()).to.equal(true);
    });
  });
});

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}
