import type { Suite } from "mocha";
import { onPostgres } from "./on-postgres.ts";
import { postgresPlace } from "./postgres-place.ts";
import { sqlitePlace } from "./sqlite-place.ts";
import type { StorePlace } from "./store-contract.ts";

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
    onPostgres("on Postgres", function (server) {
      before(() => (newPlace = () => postgresPlace(server)));
      after(() => (newPlace = sqlitePlace));
      tests.call(this);
    });
  });
}
