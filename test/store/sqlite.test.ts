import {
  copyFileSync,
  existsSync,
  linkSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { Database } from "better-sqlite3";
import { expect } from "chai";
import { v7 as uuid } from "uuid";
import type { Log } from "../../src/model/log.ts";
import type { StepRecord } from "../../src/model/run.ts";
import { connect } from "../../src/store/connect.ts";
import { openLasting } from "../../src/store/lasting.js";
import { StoreInUse } from "../../src/store/lock.ts";
import { migrationSource } from "../../src/store/migrations/index.ts";
import type { Store, StoreOptions } from "../../src/store/store.ts";
import { StoreUnusable } from "../../src/store/unusable.ts";
import { eventually } from "../support/eventually.ts";
import {
  aClaim,
  aNewRun,
  aStart,
  aStep,
  aWorkflow,
  anEnd,
  record,
  theClaim,
} from "../support/runs.ts";
import { type SqlitePlace, openTestStore, sqlitePlace } from "../support/sqlite-place.ts";
import { type StoreChild, startChild } from "./store-child.ts";

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

describe("a SQLite store", () => {
  let place: SqlitePlace;
  let stores: Store[];
  let child: StoreChild | undefined;
  beforeEach(async () => {
    place = await sqlitePlace();
    stores = [];
  });
  afterEach(async () => {
    await child?.kill();
    child = undefined;
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

  it("makes its folder and file, and leaves one tidy file when it is closed", async () => {
    const store = await open();
    await record(store);
    expect(existsSync(`${place.file}-wal`)).to.equal(true);
    await store.close();
    expect(readFileSync(place.file).subarray(0, 15).toString()).to.equal("SQLite format 3");
    expect(existsSync(`${place.file}-wal`)).to.equal(false);
  });

  it("can be read by its owner alone: it holds what clients sent", async function () {
    if (process.platform === "win32") this.skip();
    const store = await open();
    await record(store);
    for (const name of [place.file, `${place.file}-wal`]) {
      expect((statSync(name).mode & 0o777).toString(8), name).to.equal("600");
    }
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

    it("also when the second comes by another name of the file (a hard link)", async () => {
      await open();
      const link = join(place.folder, "data", "link.db");
      linkSync(place.file, link);
      expect(await refusal(link)).to.be.instanceOf(StoreInUse);
      expect(await refusal(link)).to.be.instanceOf(StoreInUse);
    });

    it("also when each has had it by its own name before", async () => {
      const store = await open();
      const link = join(place.folder, "data", "link.db");
      linkSync(place.file, link);
      await store.close();
      const other = await openTestStore(link);
      await other.close();
      await open();
      expect(await refusal(link)).to.be.instanceOf(StoreInUse);
    });

    it("also when the file of the lock was deleted", async () => {
      await open();
      rmSync(`${place.file}.lock`);
      expect(await refusal()).to.be.instanceOf(StoreInUse);
      expect(await refusal()).to.be.instanceOf(StoreInUse);
    });

    it("and can be opened when the file of the lock was deleted after that", async () => {
      await (await open()).close();
      rmSync(`${place.file}.lock`);
      expect((await open()).ready()).to.equal(true);
    });

    it("until it is closed", async () => {
      await (await open()).close();
      expect((await open()).ready()).to.equal(true);
    });

    it("also while the process that has it is another, and no longer when that was killed", async () => {
      const id = uuid();
      child = startChild([place.file, "begin", id]);
      await child.until((reports) => reports.length > 0);
      expect(await refusal()).to.be.instanceOf(StoreInUse);

      await child.kill();
      const store = await open();
      expect((await store.list({ limit: 10 })).runs).to.have.length(1);
      expect(await store.get(id)).to.deep.include({ workflow: "cut", status: "interrupted" });
      expect((await store.list({ limit: 10, status: "running" })).runs).to.deep.equal([]);
    });
  });

  describe("that can't be opened says so, and names the file", () => {
    it("when a file stands where a folder should be", async () => {
      writeFileSync(join(place.folder, "data"), "");
      const error = await refusal();
      expect(error).to.be.instanceOf(StoreUnusable);
      expect(error.message).to.include(place.file);
    });

    it("when the file is not a database, and leaves it as it was", async () => {
      const file = join(place.folder, "notes.txt");
      writeFileSync(file, "Not a database at all. ".repeat(50));
      const error = await refusal(file);
      expect(error).to.be.instanceOf(StoreUnusable).and.not.instanceOf(StoreInUse);
      expect(error.code).to.equal("SQLITE_NOTADB");
      expect(readFileSync(file, "utf8")).to.include("Not a database");
    });

    it("when a newer version has migrated it further", async () => {
      await (await open()).close();
      const database = openLasting(place.file);
      database
        .prepare("insert into knex_migrations (name, batch, migration_time) values (?, 2, 0)")
        .run("999-the-future");
      database.close();
      expect((await refusal()).message).to.equal(
        `The store ${place.file} can't be used: a newer version of Sidehook has changed its tables (999-the-future); ` +
          "start that version, or name another file in store.url",
      );
    });

    it("when part of its tables is missing", async () => {
      await (await open()).close();
      const database = openLasting(place.file);
      database.exec("drop table deliveries");
      database.close();
      expect((await refusal()).message).to.match(
        /can't be used: part of its tables is missing \(deliveries\.\w+, .*\); restore it/,
      );
    });

    it("and can be opened as soon as the cause is gone", async () => {
      const folder = join(place.folder, "data");
      writeFileSync(folder, "");
      await refusal();
      await place.remove();
      expect((await open()).ready()).to.equal(true);
    });
  });

  describe("whose file is taken away while it is open", () => {
    for (const [what, take] of [
      ["deleted", (file: string) => rmSync(file)],
      [
        "replaced",
        (file: string) => (copyFileSync(file, `${file}.copy`), renameSync(`${file}.copy`, file)),
      ],
      [
        "deleted with all that belongs to it",
        (file: string) => rmSync(dirname(file), { recursive: true }),
      ],
      ["kept, and its log deleted", (file: string) => rmSync(`${file}-wal`)],
    ] as const) {
      it(`accepts nothing that would be lost: ${what}`, async () => {
        const logged: object[] = [];
        const log = { ...silent, error: (fields: object) => void logged.push(fields) };
        const store = await open({ log });
        await record(store);
        await store.list({ limit: 1 });
        take(place.file);
        const error = await store.queue.accept([aNewRun()]).catch((thrown: unknown) => thrown);
        expect(error).to.include({ code: "STORE_UNAVAILABLE" });
        expect(store.ready()).to.equal(false);
        await eventually(() => expect(logged).to.have.length(1));
        expect(logged[0]).to.include({ file: place.file });
      });
    }

    it("is reported as not ready though nothing is written", async () => {
      const store = await open();
      rmSync(place.file);
      await eventually(() => expect(store.ready()).to.equal(false));
    });

    it("is ready again when the file is back", async () => {
      const store = await open();
      renameSync(place.file, `${place.file}.away`);
      await eventually(() => expect(store.ready()).to.equal(false));
      renameSync(`${place.file}.away`, place.file);
      await eventually(() => expect(store.ready()).to.equal(true));
      const id = await record(store);
      expect(await store.get(id)).to.include({ id });
    });
  });

  describe("while another process writes to the file", () => {
    let other: Database;
    let store: Store;
    beforeEach(async () => {
      store = await open({ busyTimeout: 20 });
      await store.list({ limit: 1 });
      other = openLasting(place.file);
      other.exec("BEGIN IMMEDIATE");
    });
    afterEach(() => other.close());

    it("refuses to begin a run: STORE_UNAVAILABLE", async () => {
      const error = await store.begin(aWorkflow(), aStart()).catch((thrown: unknown) => thrown);
      expect(error).to.include({ code: "STORE_UNAVAILABLE", status: 503 });
      expect(store.failures()).to.equal(1);
    });

    it("accepts, claims and remembers nothing: STORE_UNAVAILABLE", async () => {
      const key = { workflow: "paid", key: "1" };
      const answer = { status: 200, headers: {}, body: "ok" };
      const refused = await Promise.allSettled([
        store.queue.accept([aNewRun()]),
        store.queue.claim(1),
        store.intents.open("intent", [aNewRun()]),
        store.deliveries.answer(key, answer, new Date(Date.now() + 60_000), [aNewRun()]),
        store.operations.cancel("run"),
      ]);
      const codes = refused.map((one) =>
        one.status === "rejected" ? (one.reason as { code: string }).code : one.status,
      );
      expect(codes).to.deep.equal(Array.from({ length: 5 }, () => "STORE_UNAVAILABLE"));
      other.exec("ROLLBACK");
      expect((await store.list({ limit: 1 })).runs).to.deep.equal([]);
      expect(await store.queue.claim(1)).to.deep.equal([]);
      expect(await store.deliveries.answered(key)).to.equal(null);
    });

    it("leaves a claim's run where it was: what could not be committed can be once more", async () => {
      other.exec("ROLLBACK");
      const claim = await aClaim(store.queue);
      other.exec("BEGIN IMMEDIATE");
      const error = await store.queue.step(claim, aStep()).catch((thrown: unknown) => thrown);
      expect(error).to.include({ code: "STORE_UNAVAILABLE" });
      other.exec("ROLLBACK");
      await store.queue.step(claim, aStep());
      await store.queue.end(claim, anEnd(claim));
      expect(await store.get(claim.id)).to.deep.include({ status: "succeeded" });
    });

    it("says of an intent that can't be settled that it stays, and does not reject", async () => {
      other.exec("ROLLBACK");
      await store.close();
      const said: string[] = [];
      const log = {
        debug() {},
        info() {},
        warn() {},
        error: (_: object, text: string) => void said.push(text),
      };
      const own = await open({ busyTimeout: 20, log });
      await own.intents.open("one", [aNewRun()]);
      other.exec("BEGIN IMMEDIATE");
      own.intents.settle({ intent: "one", leaves: [] });
      await own.intents.unconfirmed("one");
      expect(said).to.have.length(2);
      other.exec("ROLLBACK");
      await own.intents.unconfirmed("one");
      expect((await own.list({ limit: 10, status: "unconfirmed" })).runs).to.have.length(1);
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

    it("fails all writes of one batch together, not one by one", async function () {
      this.timeout(120_000);
      other.exec("ROLLBACK");
      await store.close();
      const own = await open({ busyTimeout: 200 });
      await own.list({ limit: 1 });
      other.exec("BEGIN IMMEDIATE");
      const from = performance.now();
      for (let n = 0; n < 500; n++) {
        const start = aStart();
        void own.finish(aWorkflow(), start, anEnd(start), []);
      }
      await own.list({ limit: 1 });
      expect(own.failures()).to.equal(500);
      // One by one they would take 100 s.
      expect(performance.now() - from).to.be.lessThan(50_000);
    });
  });

  describe("commits what comes together as one", () => {
    it("whatever it is", async () => {
      const store = await open();
      const claim = await aClaim(store.queue);
      await store.intents.open("one", [aNewRun()]);
      const before = commitsIn(place.file);
      const start = aStart();
      await Promise.all([
        store.queue.accept([aNewRun(), aNewRun()]),
        store.begin(aWorkflow(), start),
        store.finish(aWorkflow(), start, anEnd(start), [aStep()]),
        store.intents.unconfirmed("one"),
        store.intents.open("two", [aNewRun()]),
        store.queue.step(claim, aStep()),
        store.queue.note(claim, { path: "a", name: "n", value: 1 }),
        store.queue.end(claim, anEnd(claim)),
        store.queue.claim(1),
        store.operations.dismiss("nothing"),
      ]);
      expect(commitsIn(place.file) - before).to.equal(1);
      expect((await store.list({ limit: 10 })).runs).to.have.length(5);
    });

    it("except for a bad write, which fails alone", async () => {
      const store = await open();
      const claim = await aClaim(store.queue);
      const taken = aNewRun();
      await store.intents.open("one", [taken]);
      const before = commitsIn(place.file);
      const all = await Promise.allSettled([
        store.queue.accept([aNewRun()]),
        store.intents.open("two", [aNewRun(), taken]),
        store.queue.step(claim, aStep({ path: "a" })),
        store.begin(aWorkflow(), aStart({ id: claim.id })),
        store.queue.step(claim, aStep({ path: "b" })),
        store.queue.end({ ...claim, fence: 0 }, anEnd(claim)),
        store.queue.accept([aNewRun()]),
      ]);
      const outcomes = all.map(({ status }) => (status === "fulfilled" ? "done" : "refused"));
      expect(outcomes.join(" ")).to.equal("done refused done refused done refused done");
      expect(commitsIn(place.file) - before).to.equal(1);
      expect((await store.get(claim.id))?.steps.map(({ path }) => path)).to.deep.equal(["a", "b"]);
      expect(await store.queue.claim(10)).to.have.length(2);
      expect(store.ready()).to.equal(true);
      await store.close();
      const again = await open();
      expect((await again.list({ limit: 10, status: "unconfirmed" })).runs).to.have.length(1);
    });
  });

  it("lets awaited writes wait while too much is queued, and loses none", async () => {
    const store = await open({ queueBound: 1 });
    const before = commitsIn(place.file);
    await Promise.all(Array.from({ length: 50 }, () => store.queue.accept([aNewRun()])));
    expect(commitsIn(place.file) - before).to.equal(50);
    expect(await store.queue.claim(1_000)).to.have.length(50);
  });

  it("reads each step of a large run once, however often the run is claimed", async () => {
    const { queue } = await open();
    const taken: (readonly StepRecord[])[] = [];
    let claim = await aClaim(queue);
    for (let times = 0; times < 3; times++) {
      await queue.step(claim, aStep({ path: `turns[${times}]`, result: "x".repeat(100_000) }));
      await queue.wait(claim, { id: claim.id, status: "waiting", until: new Date(0), child: null });
      claim = await theClaim(queue);
      taken.push(claim.past.steps);
    }
    const [first, second, third] = taken;
    expect(third?.map(({ path }) => path)).to.deep.equal(["turns[0]", "turns[1]", "turns[2]"]);
    // What is read again is another object.
    expect(third?.[0]).to.equal(second?.[0]).and.to.equal(first?.[0]);
    expect(third?.[1]).to.equal(second?.[1]);
  });

  it("keeps notes and a place in the queue only for runs that have not ended", async () => {
    const store = await open();
    const ended = await aClaim(store.queue);
    const canceled = await aClaim(store.queue);
    for (const claim of [ended, canceled]) {
      await store.queue.note(claim, { path: "a", name: "n", value: 1 });
    }
    await store.queue.end(ended, anEnd(ended));
    await store.operations.cancel(canceled.id);
    const file = openLasting(place.file, { readonly: true });
    const counts = ["notes", "queue", "runs"].map((table) =>
      file.prepare(`select count(*) from ${table}`).pluck().get(),
    );
    file.close();
    expect(counts).to.deep.equal([0, 0, 2]);
  });

  describe("is migrated", () => {
    it("down to nothing and up again", async () => {
      await (await open()).close();
      const database = connect(place.file);
      try {
        await database.migrate.rollback({ migrationSource }, true);
        expect(await database.schema.hasTable("queue")).to.equal(false);
        expect(await database.schema.hasTable("runs")).to.equal(false);
        expect(await database.schema.hasTable("definitions")).to.equal(false);
      } finally {
        await database.destroy();
      }
      const store = await open();
      const id = await record(store);
      expect(await store.get(id)).to.include({ id });
    });

    it("from before there was a queue and back, with all that was recorded", async () => {
      const store = await open();
      const start = aStart();
      await store.finish(aWorkflow(), start, anEnd(start, { messages: ["Kept"] }), [aStep()]);
      await store.close();
      const database = connect(place.file);
      try {
        while (await database.schema.hasTable("queue")) {
          await database.migrate.down({ migrationSource });
        }
        expect(await database.schema.hasColumn("steps", "effects")).to.equal(false);
        expect(await database.schema.hasColumn("runs", "attempt")).to.equal(false);
      } finally {
        await database.destroy();
      }
      const again = await open();
      const run = await again.get(start.id);
      expect(run).to.deep.include({ messages: ["Kept"], attempt: 0, replayedAs: null });
      expect(run?.steps).to.have.length(1);
      await again.queue.accept([aNewRun()]);
      await again.queue.step(await theClaim(again.queue), aStep({ effects: { said: ["New"] } }));
    });

    it("also after a process was killed while it migrated", async () => {
      await (await open()).close();
      const database = openLasting(place.file);
      database.exec("update knex_migrations_lock set is_locked = 1");
      database.close();
      expect((await open()).ready()).to.equal(true);
    });
  });
});

/** How many transactions stand in the file's log of changes. See sqlite.org/fileformat, "The WAL File Format". */
function commitsIn(file: string): number {
  const wal = readFileSync(`${file}-wal`);
  if (wal.length === 0) return 0;
  const frame = 24 + wal.readUInt32BE(8);
  const salt = wal.subarray(16, 24);
  let commits = 0;
  for (let at = 32; at + frame <= wal.length; at += frame) {
    // After a restart of the log, older frames stand behind the new ones.
    if (!wal.subarray(at + 8, at + 16).equals(salt)) break;
    if (wal.readUInt32BE(at + 4) > 0) commits++;
  }
  return commits;
}
