import { mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import knex, { type Knex } from "knex";
import type { Log } from "../model/log.ts";
import { connect } from "./connect.ts";
import { lockFile } from "./lock.ts";
import { migrate } from "./migrate.ts";
import { lineTo, patient, placeOf } from "./postgres/address.ts";
import { migratePostgres } from "./postgres/migrate.ts";
import { StoreUnusable, unusable } from "./unusable.ts";

/** How many rows of a table are copied: `{ runs: 12, steps: 40 }`. */
export type Copied = Readonly<Record<string, number>>;

/** Tables with what tells their rows apart; one that is named by others stands before them. */
const TABLES = [
  ["definitions", ["hash"]],
  ["runs", ["id"]],
  ["steps", ["run", "place"]],
  ["queue", ["run"]],
  ["notes", ["run", "path", "name"]],
  ["sealed", ["run", "part"]],
  ["lanes", ["lane"]],
  ["intents", ["run"]],
  ["deliveries", ["workflow", "digest"]],
  ["schedules", ["workflow"]],
  ["rates", ["key"]],
] as const;

/** Rows that are read and written at a time. */
const SLICE = 100;

/** A store that no gateway uses. */
interface Idle {
  readonly place: string;
  readonly database: Knex;
  close(): Promise<void>;
}

/**
 * Copies a whole store to another place, in one transaction: all of it is there, or nothing.
 * @param from `sqlite:/srv/data/sidehook.db`
 * @param to `postgres://user:password@host/name`
 * @param progress called after each slice
 * @throws {StoreUnusable} when a gateway uses one of them, or the other one is not empty
 */
export async function copyStore(
  from: string,
  to: string,
  progress: (copied: Copied) => void,
  log: Log,
): Promise<Copied> {
  const source = await openIdle(from, log);
  try {
    const target = await openIdle(to, log);
    try {
      await mustBeEmpty(target);
      return await target.database.transaction((write) => copy(source.database, write, progress));
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

async function copy(read: Knex, write: Knex, progress: (copied: Copied) => void): Promise<Copied> {
  const copied: Record<string, number> = {};
  for (const [table, key] of TABLES) {
    copied[table] = 0;
    for (let last: Record<string, string | number> | null = null; ;) {
      const slice = read(table)
        .orderBy([...key])
        .limit(SLICE);
      if (last !== null) {
        const values = key.map((name) => last?.[name] ?? "");
        slice.whereRaw(`(${key.join(", ")}) > (${key.map(() => "?").join(", ")})`, values);
      }
      const rows = (await slice) as Record<string, string | number>[];
      if (rows.length === 0) break;
      await write(table).insert(rows);
      copied[table] += rows.length;
      progress(copied);
      last = rows.at(-1) ?? null;
    }
  }
  return copied;
}

/** @throws {StoreUnusable} */
async function mustBeEmpty({ database, place }: Idle): Promise<void> {
  for (const [table] of TABLES) {
    if ((await database(table).first()) === undefined) continue;
    throw new StoreUnusable(place, `it is not empty (${table}); copy to a new one`);
  }
}

/** Opens a store for a copy. It is made and migrated if need be. @throws {StoreUnusable} when a gateway uses it */
const openIdle = (url: string, log: Log): Promise<Idle> =>
  url.startsWith("sqlite:") ? idleFile(resolve(url.slice("sqlite:".length)), log) : idleServer(url);

async function idleFile(file: string, log: Log): Promise<Idle> {
  try {
    mkdirSync(dirname(file), { recursive: true });
    const lock = lockFile(file);
    await migrate(file, log).catch((error: unknown) => {
      lock.release();
      throw error;
    });
    const database = connect(file);
    await database.raw("pragma foreign_keys = on");
    return {
      place: file,
      database,
      async close() {
        await database.destroy();
        lock.release();
      },
    };
  } catch (error) {
    throw unusable(file, error);
  }
}

async function idleServer(url: string): Promise<Idle> {
  const place = placeOf(url);
  const connection = patient(lineTo(url).connection);
  const database = knex({ client: "pg", connection, pool: { min: 0, max: 1 } });
  const close = () => database.destroy();
  try {
    await migratePostgres(connection, place);
    const living = await database<{ lease_until: string }>("instances")
      .where("lease_until", ">", new Date().toISOString())
      .first();
    if (living) throw new StoreUnusable(place, "a gateway uses it; stop all of them first");
    return { place, database, close };
  } catch (error) {
    await close();
    throw unusable(place, error);
  }
}
