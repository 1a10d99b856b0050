import type { Json, JsonObject } from "../model/json.ts";
import { POOL_SIZE } from "../model/databases.ts";
import { type Pool, rowsWithin } from "./pool.ts";
import { bound, localTimeOf, numberOf, parsedOf, rowOf } from "./values.ts";

/** As much of the package `mysql2` as is needed: it is installed by those who have MySQL. */
interface Driver {
  createPool(settings: object): DriverPool;
  createConnection(settings: object): DriverConnection;
}

interface DriverPool {
  getConnection(done: (error: Error | null, connection: DriverConnection) => void): void;
  end(done: (error?: Error) => void): void;
}

interface DriverConnection {
  readonly threadId: number;
  execute(sql: string, values: readonly unknown[]): DriverQuery;
  query(sql: string, values: readonly unknown[], done: (error: Error | null) => void): void;
  on(event: "error", listener: (error: Error) => void): void;
  off(event: "error", listener: (error: Error) => void): void;
  release(): void;
  destroy(): void;
}

interface DriverQuery {
  on(event: "result", listener: (row: object) => void): DriverQuery;
  on(event: "error", listener: (error: Error) => void): DriverQuery;
  on(event: "end", listener: () => void): DriverQuery;
}

interface Field {
  readonly type: string;
  string(): string | null;
}

/** Connects to MySQL or MariaDB when it is first asked. @throws when `mysql2` is not installed */
export async function mysqlPool(connection: string | JsonObject): Promise<Pool> {
  const { default: driver } = (await import(PACKAGE)) as { default: Driver };
  const own = typeof connection === "string" ? { uri: connection } : connection;
  const settings = {
    connectTimeout: 10_000,
    enableKeepAlive: true,
    ...own,
    multipleStatements: false,
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    typeCast,
    connectionLimit: POOL_SIZE.mysql2,
  };
  const pool = driver.createPool(settings);
  const connected = () =>
    new Promise<DriverConnection>((resolve, reject) => {
      pool.getConnection((error, one) => (error === null ? resolve(one) : reject(error)));
    });

  return {
    async ask({ statement: { texts }, values, most, signal }) {
      const client = await connected();
      const { rows, add } = rowsWithin(most);
      let ended: unknown = null;
      const end = (reason: unknown) => {
        if (ended !== null) return;
        ended = reason;
        kill(client.threadId);
        client.destroy();
      };
      const abort = () => end(signal.reason);
      signal.addEventListener("abort", abort, { once: true });
      try {
        signal.throwIfAborted();
        await new Promise<void>((resolve, reject) => {
          const ending = () => reject(signal.reason as Error);
          signal.addEventListener("abort", ending, { once: true });
          client
            .execute(texts.join("?"), values.map(bound))
            .on("result", (row) => {
              if (isHead(row) || ended !== null) return;
              const tooMuch = add(rowOf(row));
              if (tooMuch === null) return;
              end(tooMuch);
              reject(tooMuch);
            })
            .on("error", reject)
            .on("end", () => {
              signal.removeEventListener("abort", ending);
              resolve();
            });
        });
      } catch (error) {
        throw ended ?? error;
      } finally {
        signal.removeEventListener("abort", abort);
        if (ended === null) client.release();
      }
      return rows;
    },
    close: () => new Promise((resolve) => pool.end(() => resolve())),
  };

  /** Ends what another connection does. Where the server can't be told, that connection is cut all the same. */
  function kill(thread: number): void {
    const other = driver.createConnection({ ...settings, connectionLimit: undefined });
    other.on("error", () => undefined);
    other.query("kill query ?", [thread], () => other.destroy());
  }
}

/** Named by a variable, so that the compiler does not look for it. */
const PACKAGE: string = "mysql2";

/** What a statement without rows answers, in place of them. */
const isHead = (row: object): boolean => row.constructor.name === "ResultSetHeader";

/**
 * A value as JSON. A prepared statement answers integers and times in bytes, which only the driver reads; JSON it would read
 * with rounding.
 */
function typeCast(field: Field, next: () => unknown): unknown {
  if (field.type === "JSON") {
    const text = field.string();
    return text === null ? null : parsedOf(text);
  }
  const value = next();
  const read = READ.get(field.type);
  return read === undefined || typeof value !== "string" ? value : read(value);
}

const READ: ReadonlyMap<string, (text: string) => Json> = new Map([
  ["LONGLONG", numberOf],
  ["DECIMAL", numberOf],
  ["NEWDECIMAL", numberOf],
  ["DATETIME", localTimeOf],
  ["TIMESTAMP", localTimeOf],
]);
