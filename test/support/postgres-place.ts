import { Client } from "pg";
import type { Log } from "../../src/model/log.ts";
import { openStore } from "../../src/store/store.ts";
import type { TestPostgres } from "./postgres.ts";
import type { StorePlace } from "./store-contract.ts";
import { triedAgain } from "./tried-again.ts";

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

const KEY = "the key of all instances";

/** By server: a database with all tables, which takes half a second to make. */
const withTables = new Map<TestPostgres, Promise<string>>();

async function madeWithTables(server: TestPostgres): Promise<string> {
  const place = placeAt(await server.newDatabase(), server);
  await (await place.open()).close();
  return place.url;
}

/** Makes a database with its tables. */
export async function postgresPlace(server: TestPostgres): Promise<StorePlace> {
  const like = withTables.get(server) ?? madeWithTables(server);
  withTables.set(server, like);
  return placeAt(await server.newDatabase(await like), server);
}

/** Makes a database; its tables come with the first open. */
export async function emptyPostgresPlace(server: TestPostgres): Promise<StorePlace> {
  return placeAt(await server.newDatabase(), server);
}

function placeAt(url: string, server: TestPostgres): StorePlace {
  const ask = async <Row extends object>(sql: string): Promise<readonly Row[]> => {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      return (await triedAgain(() => client.query<Row>(sql))).rows;
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
