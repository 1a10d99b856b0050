import { EventEmitter } from "node:events";
import { mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { v7 as uuidv7 } from "uuid";
import type { Log } from "../model/log.ts";
import { connect } from "./connect.ts";
import { keyBeside } from "./key-file.ts";
import { keysOf } from "./keys.ts";
import { lockFile } from "./lock.ts";
import { migrate } from "./migrate.ts";
import { watchOthers } from "./others.ts";
import { openReader } from "./reader.ts";
import type { QueueEvents } from "./run-queue.ts";
import type { OpenedStore, StoreOptions } from "./store.ts";
import type { Announce } from "./run-changes.ts";
import { startThread } from "./thread.ts";
import { unusable } from "./unusable.ts";
import { openWriter } from "./writer.ts";

/** The file's lock is the lease. */
const FOREVER = "9999-12-31T23:59:59.999Z";

/**
 * Opens a SQLite file: makes it this process's own, migrates it, and settles what a process before left behind.
 * @throws {StoreInUse} when another process has it
 * @throws {StoreUnusable} when it can't be used for another reason
 */
export async function openSqlite(
  options: StoreOptions,
  bound: number,
  announced: Announce,
): Promise<OpenedStore> {
  const file = resolve(options.url.replace(/^sqlite:/, ""));
  try {
    mkdirSync(dirname(file), { recursive: true });
    const lock = lockFile(file);
    try {
      return await openOwn(file, options, bound, announced, lock.release);
    } catch (error) {
      lock.release();
      throw error;
    }
  } catch (error) {
    throw unusable(file, error);
  }
}

/** Opens a file whose lock this process has. */
async function openOwn(
  file: string,
  { busyTimeout = 5_000, keys, log, now }: StoreOptions,
  bound: number,
  announced: Announce,
  release: () => void,
): Promise<OpenedStore> {
  const own = keysOf(keys.length > 0 ? keys : [keyBeside(file)], file);
  await migrate(file, log);
  const onLost = lossLog(file, log);
  const thread = await startThread({ file, instance: uuidv7(), busyTimeout, onLost });
  const writer = openWriter(announced(thread), bound);
  try {
    const time = now().toISOString();
    const runs = await writer.commit({ kind: "recover", now: time, until: FOREVER, gone: "all" });
    if (runs > 0) log.info({ runs }, "runs of a process that died are taken up");
  } catch (error) {
    await writer.close();
    throw error;
  }
  const database = connect(file, { readonly: true });
  const events = new EventEmitter<QueueEvents>();
  const unwatch = watchOthers(database, events, now);
  const reader = openReader(database);
  return {
    writer,
    reader: { ...reader, close: () => unwatch().then(reader.close) },
    events,
    keys: own,
    differing: () => 0,
    async close() {
      await writer.close();
      release();
    },
  };
}

const lossLog = (file: string, log: Log) => (reason: string | null) => {
  if (reason === null)
    log.info({ file }, "the store's file is back in its place: runs are recorded again");
  else log.error({ file, reason }, "the store is lost: nothing is recorded until a restart");
};
