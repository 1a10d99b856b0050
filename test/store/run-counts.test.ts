import { expect } from "chai";
import { array, asyncProperty } from "fast-check";
import type { RunCount } from "../../src/model/history.ts";
import type { Log } from "../../src/model/log.ts";
import { connect } from "../../src/store/connect.ts";
import { openLasting } from "../../src/store/lasting.js";
import { migrationSource } from "../../src/store/migrations/index.ts";
import type { Store } from "../../src/store/store.ts";
import { itHolds } from "../support/property.ts";
import { aNewRun, aWorkflow, record } from "../support/runs.ts";
import { type SqlitePlace, sqlitePlace } from "../support/sqlite-place.ts";
import { historyEvent, livingHistory } from "./living-history.ts";

describe("the numbers of runs by workflow and status", function () {
  this.timeout(120_000);
  let place: SqlitePlace;
  let store: Store | undefined;
  beforeEach(async () => (place = await sqlitePlace()));
  afterEach(async () => {
    await store?.close();
    store = undefined;
    await place.remove();
  });

  itHolds(
    "are what a count of all runs gives, whatever happens to them",
    asyncProperty(
      array(historyEvent(), { minLength: 1, maxLength: 40, size: "max" }),
      async (events) => {
        const home = await sqlitePlace();
        const life = await livingHistory(home);
        try {
          for (const event of events) {
            await life.happen(event);
            expect(await life.store.counts()).to.have.deep.members(countedIn(home.file));
          }
        } finally {
          await life.store.close();
          await home.remove();
        }
      },
    ),
    { runs: 5 },
  );

  it("are filled in for the runs of a file from before there were any", async () => {
    store = await place.open();
    const guard = aWorkflow({ key: "guard" });
    await record(store, { workflow: guard });
    await record(store, { workflow: guard });
    await record(store, { workflow: guard, end: { status: "failed" } });
    await store.queue.accept([aNewRun()]);
    await store.close();
    await withoutCounts(place.file);

    const said: unknown[] = [];
    const log = { ...silent, info: (...line: unknown[]) => void said.push(line) };
    store = await place.open({ log });
    const { file } = place;
    const names = (await migrationSource.getMigrations([])).map(({ name }) => name);
    const facts = { file, migrations: names.slice(names.indexOf("003-run-counts")) };
    const message = "the store is brought up to date; a long history takes a while";
    expect(said, "said before").to.deep.equal([[facts, message]]);
    const counts: RunCount[] = [
      { workflow: "guard", status: "succeeded", runs: 2 },
      { workflow: "guard", status: "failed", runs: 1 },
      { workflow: "notify", status: "queued", runs: 1 },
    ];
    expect(await store.counts()).to.have.deep.members(counts);
    await record(store, { workflow: guard, end: { status: "failed" } });
    expect(await store.counts()).to.deep.include({ workflow: "guard", status: "failed", runs: 2 });

    await store.close();
    store = await place.open({ log });
    expect(said, "said once").to.have.length(1);
  });

  it("are not trusted in a file that has lost what keeps them", async () => {
    await (await place.open()).close();
    const database = openLasting(place.file);
    database.exec("drop trigger run_changed");
    database.close();
    const error = await place.open().catch((thrown: unknown) => thrown);
    expect(error).to.have.property("message").that.includes("missing (run_changed)");
  });
});

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** By a grouped query over all runs. */
function countedIn(file: string): unknown[] {
  const database = openLasting(file, { readonly: true });
  const counted = database
    .prepare("select workflow, status, count(*) as runs from runs group by workflow, status")
    .all();
  database.close();
  return counted;
}

/** Makes a file what it was before there were numbers. */
async function withoutCounts(file: string): Promise<void> {
  const database = connect(file);
  try {
    while (await database.schema.hasTable("run_counts")) {
      await database.migrate.down({ migrationSource });
    }
  } finally {
    await database.destroy();
  }
}
