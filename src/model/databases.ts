import type { JsonObject } from "./json.ts";
import type { SqlStatement } from "./sql-statement.ts";

/** The drivers of `databases`. */
export type DatabaseClient = "sqlite" | "pg" | "mysql2";

/** One of `databases`. */
export interface DatabaseConfig {
  readonly client: DatabaseClient;
  /** A URL, or the driver's own settings. For SQLite `{ filename }`, absolute. */
  readonly connection: string | JsonObject;
}

/** The databases of a configuration, for steps. Each is opened when it is first asked. */
export interface Databases {
  /**
   * Does one statement, with values bound to its placeholders, and gives its rows; `[]` where it gives none. Times are RFC 3339,
   * integers exact, bytes base64. An aborted signal ends the statement in the database too.
   * @throws {StepError} `UNKNOWN_DATABASE`, `NO_DRIVER`, `SQL_FAILED`, `TOO_MANY_ROWS`, `RESULT_TOO_LARGE`; whatever aborted the signal
   */
  query(
    name: string,
    statement: SqlStatement,
    params: JsonObject,
    signal: AbortSignal,
  ): Promise<readonly JsonObject[]>;
}

/** Connections to a database of one configuration, at most. SQLite has one, which waits for others as long as the step may. */
export const POOL_SIZE: Readonly<Record<DatabaseClient, number>> = {
  sqlite: 1,
  pg: 10,
  mysql2: 10,
};
