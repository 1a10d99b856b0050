import type { Suite } from "mocha";
import { NO_POSTGRES, testPostgres } from "./postgres.ts";
import { postgresPlace } from "./postgres-place.ts";
import { sqlitePlace } from "./sqlite-place.ts";
import type { StorePlace } from "./store-contract.ts";

const server = await testPostgres();

/** Of the kind that the tests run on now. */
let newPlace: () => Promise<StorePlace> = sqlitePlace;

/** Makes a place for a store: a file; a database in tests that run on both stores, the second time. */
export const storePlace = (): Promise<StorePlace> => newPlace();

/**
 * Describes something that has a store: all its tests run with a SQLite file, and then with Postgres.
 * @param tests make their stores at `storePlace`, as `startTestGateway` does
 */
export function onBothStores(title: string, tests: (this: Suite) => void): void {
  describe(title, () => {
    describe("on SQLite", tests);
    if (server === null) return void it.skip(`on Postgres (${NO_POSTGRES})`);
    describe("on Postgres", function () {
      before(() => (newPlace = () => postgresPlace(server)));
      after(() => (newPlace = sqlitePlace));
      tests.call(this);
    });
  });
}
