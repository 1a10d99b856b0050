import knex from "knex";
import { migrationSource } from "./migrations/index.ts";

/** Makes the file if need be, and brings its tables up to date. The caller holds its lock. */
export async function migrate(file: string): Promise<void> {
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
  } finally {
    await database.destroy();
  }
}
