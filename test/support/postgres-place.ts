import { Client } from "pg";
import type { Log } from "../../src/model/log.ts";
import { openStore } from "../../src/store/store.ts";
import type { TestPostgres } from "./postgres.ts";
import type { StorePlace } from "./store-contract.ts";

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

const KEY = "the key of all instances";

/** Makes a database; its tables come with the first open. */
export async function postgresPlace(server: TestPostgres): Promise<StorePlace> {
  const url = await server.newDatabase();
  const ask = async <Row extends object>(sql: string): Promise<readonly Row[]> => {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query<Row>(sql)).rows;
    } finally {
      await client.end();
    }
  };
  return {
    url,
    keys: [KEY],
    open: (own) =>
      openStore({
        url,
        keys: [KEY],
        redact: (value) => value,
        redactInSlices: async (value) => own?.redact?.(value) ?? value,
        valueLimit: 1_000_000,
        retention: 30 * 86_400_000,
        keep: [],
        log: silent,
        now: () => new Date(),
        ...own,
      }),
    ask,
    async contents() {
      const tables = await ask<{ name: string }>(
        "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('public', 'graphile_worker')",
      );
      const rows = await Promise.all(
        tables.map(({ name }) => ask<{ text: string }>(`select t::text as text from ${name} as t`)),
      );
      return rows
        .flat()
        .map(({ text }) => text)
        .join("\n");
    },
    remove: () => server.dropDatabase(url),
  };
}
