import { Client, Pool as Connections, type PoolClient, Query, type QueryConfig, types } from "pg";
import type { Json, JsonObject } from "../model/json.ts";
import { POOL_SIZE } from "../model/databases.ts";
import { type Pool, rowsWithin } from "./pool.ts";
import { bound, localTimeOf, numberOf, parsedOf, rowOf } from "./values.ts";

/** How long a connection may take to be made, and how long an idle one is kept, in milliseconds. */
const TIMEOUTS = { connect: 10_000, idle: 30_000 };

/** Connects to Postgres when it is first asked. */
export function postgresPool(connection: string | JsonObject): Pool {
  const own = typeof connection === "string" ? { connectionString: connection } : connection;
  const pool = new Connections({
    application_name: "sidehook",
    connectionTimeoutMillis: TIMEOUTS.connect,
    idleTimeoutMillis: TIMEOUTS.idle,
    keepAlive: true,
    ...own,
    max: POOL_SIZE.pg,
  });
  // An idle connection that breaks is made again when it is needed.
  pool.on("error", () => undefined);

  return {
    async ask({ statement: { texts, names }, values, most, signal }) {
      const client = await pool.connect();
      const query = new Query({
        text: texts.map((text, at) => (at < names.length ? `${text}$${at + 1}` : text)).join(""),
        values: values.map(parameterOf),
        types: { getTypeParser: parserOf },
        // One statement only, also without values.
        queryMode: "extended",
      } as QueryConfig);
      const { rows, add } = rowsWithin(most);
      let ended: unknown = null;
      const end = (reason: unknown) => {
        if (ended !== null) return;
        ended = reason;
        cancel(client);
      };
      const abort = () => end(signal.reason);
      signal.addEventListener("abort", abort, { once: true });
      try {
        signal.throwIfAborted();
        await new Promise<void>((resolve, reject) => {
          // A connection that breaks tells the query too; without a listener it would end the process.
          client.on("error", reject);
          query.on("row", (row: object) => {
            if (ended !== null) return;
            const tooMuch = add(rowOf(row));
            if (tooMuch !== null) end(tooMuch);
          });
          query.on("end", () => resolve());
          query.on("error", reject);
          client.query(query);
        });
      } catch (error) {
        throw ended ?? error;
      } finally {
        signal.removeEventListener("abort", abort);
        client.removeAllListeners("error");
        // A connection that was told to cancel might cancel the next statement instead.
        client.release(ended !== null);
      }
      if (ended !== null) throw ended;
      return rows;
    },
    close: () => pool.end(),
  };

  /** Ends what a connection does, by a connection of its own, as the protocol wants it. */
  function cancel(client: PoolClient): void {
    const { processID } = client as unknown as { processID: number | null };
    const other = new Client({
      connectionTimeoutMillis: TIMEOUTS.connect,
      ...own,
    });
    other.on("error", () => undefined);
    const cancelled = async () => {
      await other.connect();
      await other.query("select pg_cancel_backend($1)", [processID]);
      await other.end();
    };
    cancelled().catch(() => {
      void other.end().catch(() => undefined);
      // The server can't be told: then the statement's own connection is cut, so that the step at least ends.
      (
        client as unknown as { connection: { stream: { destroy(): void } } }
      ).connection.stream.destroy();
    });
  }
}

/** A list goes as a list, for `= any(:ids)`; an object as JSON. */
const parameterOf = (value: Json): unknown => {
  const list = Array.isArray(value) && value.every((item) => typeof item !== "object");
  return list
    ? (value as Json[]).map(String)
    : typeof value === "bigint"
      ? String(value)
      : bound(value);
};

const { builtins } = types;

/** Binary is never asked for. */
const parsers: ReadonlyMap<number, (text: string) => unknown> = new Map([
  [builtins.INT8, numberOf],
  [builtins.NUMERIC, numberOf],
  [builtins.JSON, parsedOf],
  [builtins.JSONB, parsedOf],
  [builtins.DATE, String],
  [builtins.TIMESTAMP, localTimeOf],
  [builtins.INTERVAL, String],
]);

const parserOf = (type: number): ((text: string) => unknown) =>
  parsers.get(type) ?? (types.getTypeParser(type, "text") as (text: string) => unknown);
