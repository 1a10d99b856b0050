import type { Knex } from "knex";
import { connect } from "./connect.ts";
import { migrationSource } from "./migrations/index.ts";
import { StoreUnusable } from "./unusable.ts";

/**
 * Brings the tables of a file up to date. The caller holds its lock.
 * @throws {StoreUnusable} when a newer version has made it, or part of its tables is missing
 */
export async function migrate(file: string): Promise<void> {
  const database = connect(file);
  try {
    await database.raw("pragma journal_mode = WAL");
    await mustBeKnown(database, file);
    // A process that was killed while migrating left knex's own lock behind; our lock shows that no other process is migrating.
    await database.migrate.forceFreeMigrationsLock({ migrationSource });
    await database.migrate.latest({ migrationSource });
    await mustBeWhole(database, file);
  } finally {
    await database.destroy();
  }
}

async function mustBeKnown(database: Knex, file: string): Promise<void> {
  if (!(await database.schema.hasTable("knex_migrations"))) return;
  const done = await database<{ name: string }>("knex_migrations").pluck("name");
  const known = new Set((await migrationSource.getMigrations([])).map(({ name }) => name));
  const newer = done.filter((name) => !known.has(name));
  if (newer.length === 0) return;
  throw new StoreUnusable(
    file,
    `a newer version of Sidehook has changed its tables (${newer.join(", ")}); start that version, or name another file in store.url`,
  );
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
