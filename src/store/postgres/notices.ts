import { Client, type Pool } from "pg";
import type { Log } from "../../model/log.ts";
import type { Line } from "./address.ts";

/** What instances tell each other: `work`, or `canceled:<run>`. Lost while the connection is. */
export interface Notices {
  tell(notice: string): void;
  /** Begins to listen, or tries again where the connection was lost. Never rejects. */
  listen(): Promise<void>;
  close(): Promise<void>;
}

const CHANNEL = "sidehook";

/**
 * Notices by LISTEN and NOTIFY.
 * @param heard called with what another instance told
 * @see https://www.postgresql.org/docs/current/sql-notify.html
 */
export function openNotices(
  connection: Line["connection"],
  pool: Pool,
  heard: (notice: string) => void,
  log: Log,
): Notices {
  const sender = Math.random().toString(36).slice(2);
  let listening: Client | null = null;
  let connecting: Promise<void> | null = null;
  let isClosed = false;
  /** Told at the moment, or yet to be told: each once, however often it happens meanwhile. */
  const telling = new Set<string>();
  const untold = new Set<string>();

  const connect = async () => {
    const client = new Client(connection);
    const lost = () => {
      client.end().catch(() => {});
      if (listening !== client) return;
      listening = null;
      void hearAgain();
    };
    client.on("error", lost);
    client.on("end", lost);
    client.on("notification", ({ payload = "" }) => {
      const [from, notice = ""] = payload.split(" ");
      if (from !== sender) heard(notice);
    });
    try {
      await client.connect();
      await client.query(`listen ${CHANNEL}`);
      listening = client;
    } catch (error) {
      log.debug({ err: error }, "other instances can't be heard");
      lost();
    }
  };

  const listen = async () => {
    if (listening !== null || isClosed) return;
    await (connecting ??= connect().finally(() => (connecting = null)));
  };
  /** At once; where that can't be done, with the next renewal of the lease. What was told meanwhile is not known. */
  const hearAgain = async () => {
    await listen();
    if (listening !== null) heard("work");
  };

  const tell = (notice: string) => {
    if (telling.has(notice)) return void untold.add(notice);
    telling.add(notice);
    pool
      .query("select pg_notify($1, $2)", [CHANNEL, `${sender} ${notice}`])
      .catch((error: unknown) => log.debug({ err: error }, "other instances can't be told"))
      .finally(() => {
        telling.delete(notice);
        if (untold.delete(notice)) tell(notice);
      });
  };

  return {
    tell,
    listen,
    async close() {
      isClosed = true;
      await connecting;
      const client = listening;
      listening = null;
      await client?.end().catch(() => {});
    },
  };
}
