import { Socket } from "node:net";

/**
 * How long Postgres may take before a request is told that the store is not there, in milliseconds. A lock is waited for a
 * little longer than a process that is stopped may have it; a request may wait for that of another before its own.
 */
const TIMEOUTS = { connect: 5_000, statement: 15_000, lock: 6_000, idleInTransaction: 5_000 };

/** All connections of this process to a database. */
export interface Line {
  /** The settings of a connection. */
  readonly connection: ReturnType<typeof settingsOf>;
  /** Ends all connections at once, and any that is still made: who waits for an answer is told that it is lost. */
  cut(): void;
}

/**
 * Makes the settings of connections.
 * @param url `postgres://user:password@host:5432/name?sslmode=verify-full`
 */
export function lineTo(url: string): Line {
  const sockets = new Set<Socket>();
  let isCut = false;
  const stream = () => {
    const socket = new Socket();
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    if (isCut) setImmediate(() => socket.destroy(new Error("The store is closed")));
    return socket;
  };
  return {
    connection: settingsOf(url, stream),
    cut() {
      isCut = true;
      for (const socket of sockets) socket.destroy();
    },
  };
}

/**
 * A process that is stopped in the middle of a transaction loses it before its lease is over, so that it holds up no others.
 * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING
 */
const settingsOf = (url: string, stream: () => Socket) => ({
  connectionString: url,
  application_name: "sidehook",
  connectionTimeoutMillis: TIMEOUTS.connect,
  statement_timeout: TIMEOUTS.statement,
  query_timeout: TIMEOUTS.statement + 1_000,
  lock_timeout: TIMEOUTS.lock,
  idle_in_transaction_session_timeout: TIMEOUTS.idleInTransaction,
  keepAlive: true,
  stream,
});

/** The settings of a connection whose statements may take any time: it migrates, or waits for another that does. */
export const patient = (connection: Line["connection"]) => ({
  ...connection,
  statement_timeout: 0,
  query_timeout: 0,
  lock_timeout: 0,
  idle_in_transaction_session_timeout: 0,
});

/** The database for logs and errors, without user and password: `postgres://127.0.0.1:5432/sidehook`. */
export function placeOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `postgres://${host}${pathname}`;
}
