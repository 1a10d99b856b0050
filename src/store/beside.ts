import { EventEmitter } from "node:events";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import knex from "knex";
import { v7 as uuidv7 } from "uuid";
import type { History } from "../model/history.ts";
import type { Operations } from "../model/operations.ts";
import { connect } from "./connect.ts";
import { keyBeside } from "./key-file.ts";
import { type StoreKeys, keysOf } from "./keys.ts";
import { mustBeCurrent } from "./migrate.ts";
import { operations } from "./operations.ts";
import { postgres } from "./postgres.ts";
import { lineTo, placeOf } from "./postgres/address.ts";
import { type Reader, openReader } from "./reader.ts";
import { sealWith } from "./seal.ts";
import { contextKeeper } from "./serialize.ts";
import type { OpenedStore, StoreOptions } from "./store.ts";
import { startThread } from "./thread.ts";
import { StoreUnusable, unusable } from "./unusable.ts";
import { type Writer, openWriter } from "./writer.ts";

/** A store that another process may have: its history, and what operators may do. Runs are done by the process that has it. */
export interface StoreBeside extends Pick<
  History,
  "list" | "get" | "definition" | "counts" | "close"
> {
  readonly operations: Omit<Operations, "onCancel">;
  readonly endedSince: Reader["endedSince"];
}

/** What it takes to open one. */
type BesideOptions = Pick<
  StoreOptions,
  "url" | "keys" | "redactInSlices" | "valueLimit" | "now" | "log"
>;

/** An opened one, of either kind. */
interface Opened extends Omit<OpenedStore, "writer" | "keys" | "differing"> {
  readonly writer: Pick<Writer, "write">;
  /** Read when something is to be sealed. */
  readonly keys: () => StoreKeys;
}

/**
 * Opens a store beside the gateways that have it. What is written is committed beside their own transactions, and they find
 * it within a second or so. Nothing is made or migrated.
 * @throws {StoreUnusable} when it is not there, or its tables are not those of this version
 * @see docs/operation.md, "Commands"
 */
export async function openBeside({
  url,
  keys,
  redactInSlices,
  valueLimit,
  now,
  log,
}: BesideOptions): Promise<StoreBeside> {
  const {
    writer,
    reader,
    events,
    keys: own,
    close,
  } = url.startsWith("sqlite:")
    ? await besideSqlite(resolve(url.replace(/^sqlite:/, "")), keys)
    : await besidePostgres({ url, keys, log });
  return {
    list: reader.list,
    get: reader.get,
    definition: reader.definition,
    counts: reader.counts,
    endedSince: reader.endedSince,
    operations: operations({
      writer,
      serializers: { keepContext: contextKeeper(redactInSlices) },
      seal: () => sealWith(own()),
      valueLimit: () => valueLimit,
      events,
      now,
    }),
    async close() {
      await reader.close();
      await close();
    },
  };
}

/** Milliseconds that a write waits for the gateway's. */
const BUSY = 10_000;

/** A file without its lock, which a gateway may have. */
async function besideSqlite(file: string, keys: readonly string[]): Promise<Opened> {
  if (!existsSync(file)) {
    throw new StoreUnusable(file, "it is not there yet; sidehook start makes it", {
      cause: { code: "ENOENT" },
    });
  }
  const database = connect(file, { readonly: true });
  try {
    await mustBeCurrent(database, file);
  } catch (error) {
    await database.destroy();
    throw unusable(file, error);
  }
  let writing: Promise<Writer> | null = null;
  /** A command that only reads has no writer. */
  const opened = async () => {
    const instance = uuidv7();
    const thread = await startThread({ file, instance, busyTimeout: BUSY, onLost: () => {} });
    return openWriter(thread, Infinity);
  };
  return {
    writer: { write: (...job) => (writing ??= opened()).then((writer) => writer.write(...job)) },
    reader: openReader(database),
    events: new EventEmitter(),
    keys: () => keysOf(keys.length > 0 ? keys : [keyBeside(file)], file),
    close: async () => (await writing)?.close(),
  };
}

/** A database as one more instance, for a moment. */
async function besidePostgres(
  options: Pick<BesideOptions, "url" | "keys" | "log">,
): Promise<Opened> {
  const { url } = options;
  const database = knex({
    client: "pg",
    connection: lineTo(url).connection,
    pool: { min: 0, max: 1 },
  });
  try {
    await mustBeCurrent(database, placeOf(url));
  } catch (error) {
    throw unusable(placeOf(url), error);
  } finally {
    await database.destroy();
  }
  const open = await postgres();
  const opened = await open(options, Infinity, (committer) => committer);
  return { ...opened, keys: () => opened.keys };
}
