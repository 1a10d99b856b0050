import type { DatabaseConfig, Databases } from "../model/databases.ts";
import { spellingsOf } from "../model/secret-spellings.ts";
import { REDACTED } from "../model/secrets.ts";
import { StepError } from "../model/step-error.ts";
import { mysqlPool } from "./mysql.ts";
import { type Pool, type RowBounds, TooMuch } from "./pool.ts";
import { postgresPool } from "./postgres.ts";
import { sqlitePool } from "./sqlite.ts";

/** See `Databases`. */
export interface OpenedDatabases extends Databases {
  /** Lets go of all connections. @param grace milliseconds that statements under way may take to end */
  close(grace: number): Promise<void>;
}

/**
 * The databases of a configuration. None is connected to before a step asks it.
 * @param most what a statement may give
 */
export function openDatabases(
  configs: Readonly<Record<string, DatabaseConfig>>,
  most: RowBounds,
): OpenedDatabases {
  const pools = new Map<string, Promise<Pool>>();
  const asked = new Set<Promise<unknown>>();
  const over = ending();

  function poolOf(name: string): Promise<Pool> {
    const known = pools.get(name);
    if (known !== undefined) return known;
    const config = Object.hasOwn(configs, name) ? configs[name] : undefined;
    if (config === undefined) throw unknown(name);
    const pool = open(config);
    pools.set(name, pool);
    pool.catch(() => pools.delete(name));
    return pool;
  }

  async function answered(...[name, statement, params, signal]: Parameters<Databases["query"]>) {
    const values = statement.names.map((placeholder) => params[placeholder] ?? null);
    const both = AbortSignal.any([signal, over.signal]);
    try {
      both.throwIfAborted();
      const pool = await poolOf(name);
      return await pool.ask({ statement, values, most, signal: both });
    } catch (error) {
      if (signal.aborted || error instanceof StepError) throw error;
      if (error instanceof TooMuch) throw tooMuch(name, error.of, most);
      throw failed(name, error, configs[name]);
    }
  }

  return {
    async query(...question) {
      const asking = answered(...question);
      asked.add(asking);
      return asking.finally(() => asked.delete(asking));
    },
    async close(grace) {
      const patience = setTimeout(over.end, grace);
      await Promise.allSettled(asked);
      clearTimeout(patience);
      over.end();
      const closed = [...pools.values()].map(async (pool) => (await pool).close());
      await Promise.allSettled(closed);
    },
  };
}

/** A signal that is aborted when the databases are closed. */
function ending(): { readonly signal: AbortSignal; readonly end: () => void } {
  const controller = new AbortController();
  const end = () => controller.abort(new Error("It is closed"));
  return { signal: controller.signal, end };
}

async function open({ client, connection }: DatabaseConfig): Promise<Pool> {
  if (client === "pg") return postgresPool(connection);
  if (client === "sqlite") return sqlitePool(connection as { filename: string });
  try {
    return await mysqlPool(connection);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    const message =
      'The package "mysql2" is needed for databases of the client mysql2, and is not installed: npm install mysql2';
    throw new StepError("NO_DRIVER", message, { retryable: false });
  }
}

/** Only the driver's message: its error may hold the connection with the password, and rows. */
function failed(name: string, error: unknown, config: DatabaseConfig | undefined): StepError {
  const { message, code = "" } = error as Error & { code?: string };
  const text = withoutSecrets(message || code || "it failed", config);
  return new StepError("SQL_FAILED", `The database ${name}: ${text}`, {
    retryable: isTemporary(code),
  });
}

/**
 * Whether trying again may help: the connection, a lock, a deadlock, a server that starts or has no room.
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const isTemporary = (code: string): boolean =>
  code === "" || // A connection that broke off.
  /^(08|40|53|57)\w{3}$|^55P03$/.test(code) ||
  (/^(E[A-Z_]+|SQLITE_(BUSY|LOCKED|IOERR)\w*|PROTOCOL_\w+)$/.test(code) &&
    !/^ER_(?!LOCK_)/.test(code));

function withoutSecrets(message: string, config: DatabaseConfig | undefined): string {
  const password = passwordOf(config?.connection ?? "");
  const plain = password === "" ? message : message.replaceAll(password, REDACTED);
  return spellingsOf([password])(plain);
}

function passwordOf(connection: DatabaseConfig["connection"]): string {
  if (typeof connection !== "string") {
    const { password } = connection;
    return typeof password === "string" ? password : "";
  }
  return URL.canParse(connection) ? decodeURIComponent(new URL(connection).password) : "";
}

function unknown(name: string): StepError {
  const message = `There is no database ${name}; name it under databases`;
  return new StepError("UNKNOWN_DATABASE", message, { retryable: false });
}

function tooMuch(name: string, of: keyof RowBounds, { rows, bytes }: RowBounds): StepError {
  const [code, message] =
    of === "rows"
      ? [
          "TOO_MANY_ROWS",
          `The statement gives more than ${rows} rows of ${name}, the most that are worked on in memory (limits.rows)`,
        ]
      : [
          "RESULT_TOO_LARGE",
          `The rows of ${name} have more than ${bytes} bytes; limits.result allows no more`,
        ];
  return new StepError(code, message, { retryable: false });
}
