import knex from "knex";
import { migrationSource } from "./migrations/index.ts";

/** Makes the file if need be, and brings its tables up to date. The caller holds its lock. */
export async function migrate(file: string, now: Date): Promise<void> {
  const database = knex({
    client: "better-sqlite3",
    connection: { filename: file },
    useNullAsDefault: true,
  });
  try {
    await database.raw("pragma journal_mode = WAL");
    // A process that was killed while migrating left knex's own lock behind; ours says that nobody is at it.
    await database.migrate.forceFreeMigrationsLock({ migrationSource });
    await database.migrate.latest({ migrationSource });
    await interrupt(database, now);
  } finally {
    await database.destroy();
  }
}

/** Sync runs that are still running were cut off with their process. */
async function interrupt(database: knex.Knex, now: Date): Promise<void> {
  await database("runs")
    .where({ status: "running", sync: true })
    .update({ status: "interrupted", finished_at: now.toISOString() });
}
