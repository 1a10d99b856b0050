import type { Knex } from "knex";
import type { Log } from "../model/log.ts";
import { connect } from "./connect.ts";
import { migrationSource } from "./migrations/index.ts";
import { StoreUnusable } from "./unusable.ts";

/**
 * Brings the tables of a file up to date. The caller holds its lock. Where a file has to be changed that a version before
 * has filled, the log says so first: a long history takes a while.
 * @throws {StoreUnusable} when a newer version has made it, or part of its tables is missing
 */
export async function migrate(file: string, log: Log): Promise<void> {
  const database = connect(file);
  try {
    await database.raw("pragma journal_mode = WAL");
    await mustBeKnown(database, file);
    // A process that was killed while migrating left knex's own lock behind; our lock shows that no other process is migrating.
    await database.migrate.forceFreeMigrationsLock({ migrationSource });
    const migrations = await missingOf(database);
    if (migrations.length > 0) {
      log.info(
        { file, migrations },
        "the store is brought up to date; a long history takes a while",
      );
    }
    await database.migrate.latest({ migrationSource });
    await mustBeWhole(database, file);
  } finally {
    await database.destroy();
  }
}

/**
 * Looks whether the tables of a store are those of this version, and changes nothing.
 * @param place as messages name it
 * @throws {StoreUnusable} that says what to do when they are not
 */
export async function mustBeCurrent(database: Knex, place: string): Promise<void> {
  await mustBeKnown(database, place);
  const done = await doneIn(database);
  if (done.length === 0)
    throw new StoreUnusable(place, "it has no tables yet; sidehook start makes them");
  const missing = await missingOf(database);
  if (missing.length === 0) return;
  throw new StoreUnusable(
    place,
    `an older version of Sidehook has made its tables, which lack ${missing.join(", ")}; ` +
      "use the command of that version, or restart the gateway with this version, which brings them up to date",
  );
}

async function mustBeKnown(database: Knex, file: string): Promise<void> {
  const known = new Set(await namesOfMigrations());
  const newer = (await doneIn(database)).filter((name) => !known.has(name));
  if (newer.length === 0) return;
  throw new StoreUnusable(
    file,
    `a newer version of Sidehook has changed its tables (${newer.join(", ")}); start that version, or name another file in store.url`,
  );
}

/** The migrations that a file lacks which a version before has filled; none of a new file. */
async function missingOf(database: Knex): Promise<string[]> {
  const done = await doneIn(database);
  if (done.length === 0) return [];
  return (await namesOfMigrations()).filter((name) => !done.includes(name));
}

const namesOfMigrations = async () =>
  (await migrationSource.getMigrations([])).map(({ name }) => name);

async function doneIn(database: Knex): Promise<string[]> {
  if (!(await database.schema.hasTable("knex_migrations"))) return [];
  return database<{ name: string }>("knex_migrations").pluck("name");
}

/** The tables and triggers are what they are in a new file, or more. */
async function mustBeWhole(database: Knex, file: string): Promise<void> {
  const fresh = connect(":memory:");
  try {
    await fresh.migrate.latest({ migrationSource });
    const there = new Set(await partsOf(database));
    const missing = (await partsOf(fresh)).filter((part) => !there.has(part));
    if (missing.length === 0) return;
    throw new StoreUnusable(
      file,
      `part of its tables is missing (${missing.slice(0, 3).join(", ")}); restore it from a backup, or move it away to begin a new one`,
    );
  } finally {
    await fresh.destroy();
  }
}

/** Columns and triggers: `runs.id`, `runs.status` … `run_added` … */
async function partsOf(database: Knex): Promise<string[]> {
  const rows: { name: string }[] = await database.raw(
    `select tables.name || '.' || columns.name as name
     from sqlite_schema as tables, pragma_table_info(tables.name) as columns
     where tables.type = 'table'
     union all select name from sqlite_schema where type = 'trigger'`,
  );
  return rows.map(({ name }) => name);
}
