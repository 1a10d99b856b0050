/** How long Postgres may take before a request is told that the store is not there, in milliseconds. */
const TIMEOUTS = { connect: 5_000, statement: 15_000, lock: 10_000, idleInTransaction: 10_000 };

/**
 * The settings of a connection. A process that is stopped in the middle of a transaction loses it before its lease is over,
 * so that it holds up no others.
 * @param url `postgres://user:password@host:5432/name?sslmode=verify-full`
 * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING
 */
export const connectionOf = (url: string) => ({
  connectionString: url,
  application_name: "sidehook",
  connectionTimeoutMillis: TIMEOUTS.connect,
  statement_timeout: TIMEOUTS.statement,
  query_timeout: TIMEOUTS.statement + 1_000,
  lock_timeout: TIMEOUTS.lock,
  idle_in_transaction_session_timeout: TIMEOUTS.idleInTransaction,
  keepAlive: true,
});

/** The database for logs and errors, without user and password: `postgres://127.0.0.1:5432/sidehook`. */
export function placeOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `postgres://${host}${pathname}`;
}
