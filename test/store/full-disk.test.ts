import { expect } from "chai";
import type { Store } from "../../src/store/store.ts";
import { type SqlitePlace, sqlitePlace } from "../support/sqlite-place.ts";
import { type StoreChild, startChild } from "./store-child.ts";

describe("a store whose disk is full", () => {
  let place: SqlitePlace;
  let store: Store | undefined;
  let child: StoreChild | undefined;
  beforeEach(async () => (place = await sqlitePlace()));
  afterEach(async () => {
    await child?.kill();
    await store?.close();
    [child, store] = [undefined, undefined];
    await place.remove();
  });

  it("refuses runs with STORE_UNAVAILABLE, keeps those before, and nothing by halves", async function () {
    if (process.platform === "win32") this.skip();
    this.timeout(120_000);
    child = startChild([place.file, "accept"], "ulimit -f 1000");
    await child.until((reports) => reports.some((one) => "refused" in one));
    await child.kill();
    const { reports } = child;
    expect(reports.at(-1)).to.deep.equal({ refused: "STORE_UNAVAILABLE", ready: false });

    store = await place.open();
    expect(store.ready()).to.equal(true);
    const accepted = reports.flatMap((one) => ("accepted" in one ? one.ids : []));
    expect(accepted.length).to.be.greaterThan(50);
    const claims = await store.queue.claim(100_000);
    const ids = new Set(claims.map(({ id }) => id));
    for (const id of accepted) expect(ids).to.include(id);
    expect(ids.size % 5).to.equal(0);
  });
});
