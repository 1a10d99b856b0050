import { EventEmitter } from "node:events";
import knex from "knex";
import { Pool, type PoolConfig } from "pg";
import { v7 as uuidv7 } from "uuid";
import type { Log } from "../../model/log.ts";
import { keysOf } from "../keys.ts";
import { openReader } from "../reader.ts";
import type { QueueEvents } from "../run-queue.ts";
import type { OpenedStore, StoreOptions } from "../store.ts";
import { unusable } from "../unusable.ts";
import type { Announce } from "../run-changes.ts";
import { type Writer, openWriter } from "../writer.ts";
import { type Line, lineTo, placeOf } from "./address.ts";
import { postgresCommitter } from "./committer.ts";
import { compareConfigurations } from "./configurations.ts";
import { migratePostgres } from "./migrate.ts";
import { openNotices } from "./notices.ts";
import { keepPresence } from "./presence.ts";
import { graphileWakeUps } from "./wake-ups.ts";

/** How many connections an instance has: one that writes, one that listens, and so many others. */
const OTHERS = 5;

/**
 * Opens a database for one of several instances: migrates it, one instance at a time, and shows the others that this one
 * lives.
 * @throws {StoreUnusable} when it can't be reached or migrated
 * @see docs/scaling.md
 */
export async function openPostgres(
  {
    url,
    keys,
    configuration,
    lease = { duration: 15_000, renewal: 5_000 },
    log,
  }: Pick<StoreOptions, "url" | "keys" | "configuration" | "lease" | "log">,
  bound: number,
  announced: Announce,
): Promise<OpenedStore> {
  const own = keysOf(keys, placeOf(url));
  const line = lineTo(url);
  const { connection } = line;
  try {
    await migratePostgres(connection, placeOf(url));
  } catch (error) {
    line.cut();
    throw unusable(placeOf(url), error);
  }

  const reading = knex({ client: "pg", connection, pool: { min: 0, max: OTHERS } });
  const pool = quietPool({ ...connection, max: OTHERS }, log);
  const wakeUps = graphileWakeUps(pool, log);
  let instance = "";
  const committer = postgresCommitter({
    pool: quietPool({ ...connection, max: 1, pipeline: true }, log),
    asking: pool,
    newInstance: () => (instance = uuidv7()),
    lease,
    wakeUps,
  });
  const writer = openWriter(announced(committer), bound);
  const events = new EventEmitter<QueueEvents>();
  const notices = openNotices(connection, pool, (notice) => hear(events, notice), log);
  const work = () => void events.emit("work", "elsewhere");
  const configurations = compareConfigurations({
    pool,
    instance: () => instance,
    serves: configuration ?? null,
    log,
  });
  const presence = keepPresence({
    pool,
    writer,
    renewed: configurations.compare,
    lease,
    log,
    swept() {
      work();
      void notices.listen();
      void wakeUps.start(work);
    },
  });
  const close = async () => {
    await Promise.all([presence.close(), wakeUps.stop(), notices.close()]);
    await writer.close();
    await pool.end();
  };
  try {
    await presence.renew();
  } catch (error) {
    line.cut();
    await Promise.all([close(), reading.destroy()]);
    throw unusable(placeOf(url), error);
  }
  await Promise.all([notices.listen(), wakeUps.start(work)]);
  tellOthers(events, notices.tell);

  return {
    writer,
    reader: openReader(reading),
    events,
    keys: own,
    differing: configurations.differing,
    willClose: () => cutWhenStuck(line, writer, log),
    close,
  };
}

/** How long a process that ends waits for a Postgres that answers nothing, in milliseconds. */
const PATIENCE = 8_000;

/** Cuts the line when nothing more is committed: a database that answers nothing does not hold up the end of the process. */
function cutWhenStuck(line: Line, writer: Pick<Writer, "pending">, log: Log): void {
  let before = writer.pending();
  setInterval(() => {
    const pending = writer.pending();
    if (pending > 0 && pending < before) return void (before = pending);
    if (pending > 0)
      log.error({ pending }, "the store does not answer: what is not committed is lost");
    line.cut();
  }, PATIENCE).unref();
}

/** A pool that outlives the loss of its connections. */
function quietPool(config: PoolConfig, log: Log): Pool {
  const pool = new Pool(config);
  const lost = (error: Error) => log.debug({ err: error }, "a connection to the store is lost");
  pool.on("error", lost);
  pool.on("connect", (client) => void client.on("error", lost));
  return pool;
}

/** What happens here is told to the others. */
function tellOthers(events: EventEmitter<QueueEvents>, tell: (notice: string) => void): void {
  events.on("work", (where) => {
    if (where !== "elsewhere") tell("work");
  });
  events.on("canceled", (run, where) => {
    if (where !== "elsewhere") tell(`canceled:${run}`);
  });
}

function hear(events: EventEmitter<QueueEvents>, notice: string): void {
  const [what, run] = notice.split(":");
  if (what === "work") events.emit("work", "elsewhere");
  if (what === "canceled" && run !== undefined) events.emit("canceled", run, "elsewhere");
}
