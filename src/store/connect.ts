import type { Database } from "better-sqlite3";
import knex, { type Knex } from "knex";
import { keepLasting } from "./lasting.js";

/** Opens a file for knex, on one connection. */
export const connect = (filename: string, options: { readonly?: true } = {}): Knex =>
  knex({
    client: "better-sqlite3",
    connection: { filename, options },
    useNullAsDefault: true,
    pool: {
      min: 1,
      max: 1,
      afterCreate(database: Database, done: (error: null, database: Database) => void) {
        done(null, keepLasting(database));
      },
    },
  });
