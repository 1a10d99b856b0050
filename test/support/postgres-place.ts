import { Client } from "pg";
import type { Log } from "../../src/model/log.ts";
import { openStore } from "../../src/store/store.ts";
import type { TestPostgres } from "./postgres.ts";
import { SEALED, type SealedPart, type StorePlace } from "./store-contract.ts";

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** A database of its own. */
export interface PostgresPlace extends StorePlace {
  readonly url: string;
}

/** Makes a database; its tables come with the first open. */
export async function postgresPlace(server: TestPostgres): Promise<PostgresPlace> {
  const url = await server.newDatabase();
  return {
    url,
    open: (own) =>
      openStore({
        url,
        keys: ["the key of all instances"],
        redact: (value) => value,
        redactInSlices: async (value) => own?.redact?.(value) ?? value,
        valueLimit: 1_000_000,
        retention: 30 * 86_400_000,
        keep: [],
        log: silent,
        now: () => new Date(),
        ...own,
      }),
    async sealed(sql) {
      const client = new Client({ connectionString: url });
      await client.connect();
      try {
        if (sql !== undefined) await client.query(sql);
        return (await client.query<SealedPart>(SEALED)).rows;
      } finally {
        await client.end();
      }
    },
    remove: () => server.dropDatabase(url),
  };
}
