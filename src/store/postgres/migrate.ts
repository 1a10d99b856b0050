import knex from "knex";
import { Client } from "pg";
import { migrationSource } from "../migrations/index.ts";
import { StoreUnusable } from "../unusable.ts";
import { type Line, patient } from "./address.ts";
import { despiteConflicts } from "./conflict.ts";

/** A number of our own, so that instances which start together migrate one after another. */
const MIGRATING = 7_345_912;

/**
 * Brings the tables of a database up to date, by one instance at a time; the others wait.
 * @param place of it, for errors
 * @throws {StoreUnusable} when a newer version has made them
 */
export async function migratePostgres(
  connection: Line["connection"],
  place: string,
): Promise<void> {
  const client = new Client(patient(connection));
  client.on("error", () => {});
  const database = knex({
    client: "pg",
    connection: patient(connection),
    pool: { min: 0, max: 2 },
  });
  try {
    await client.connect();
    await client.query("select pg_advisory_lock($1)", [MIGRATING]);
    await mustBeKnown(database, place);
    // Our own lock shows that no other process is migrating.
    await database.migrate.forceFreeMigrationsLock({ migrationSource });
    // Instances of the version before may be writing.
    await despiteConflicts(() => database.migrate.latest({ migrationSource }));
  } finally {
    await Promise.all([client.end().catch(() => {}), database.destroy()]);
  }
}

async function mustBeKnown(database: knex.Knex, place: string): Promise<void> {
  if (!(await database.schema.hasTable("knex_migrations"))) return;
  const known = new Set((await migrationSource.getMigrations([])).map(({ name }) => name));
  const done = await database<{ name: string }>("knex_migrations").pluck("name");
  const newer = done.filter((name: string) => !known.has(name));
  if (newer.length === 0) return;
  const reason = `a newer version of Sidehook has changed its tables (${newer.join(", ")}); start that version`;
  throw new StoreUnusable(place, reason);
}
