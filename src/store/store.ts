import { EventEmitter } from "node:events";
import { mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { v7 as uuidv7 } from "uuid";
import type { History } from "../model/history.ts";
import type { Log } from "../model/log.ts";
import type { Operations } from "../model/operations.ts";
import type { Deliveries, Intents, RunQueue } from "../model/queue.ts";
import type { Redact, RedactInSlices } from "../model/secrets.ts";
import { deliveryWriter } from "./deliveries.ts";
import { intentWriter } from "./intents.ts";
import { contextKeeper, serializer } from "./serialize.ts";
import { lockFile } from "./lock.ts";
import { migrate } from "./migrate.ts";
import { operations } from "./operations.ts";
import { openReader } from "./reader.ts";
import { type RetentionOptions, leapWatch, pruneRuns } from "./retention.ts";
import { type QueueEvents, runQueue } from "./run-queue.ts";
import { runWriter } from "./run-writer.ts";
import { unusable } from "./unusable.ts";
import { startWriter } from "./writer.ts";

/** How to keep runs. `valueLimit`, `retention` and `keep` are read each time, since another configuration may change them. */
export interface StoreOptions extends RetentionOptions {
  /** `sqlite:/srv/data/sidehook.db`: absolute. Its folder is made. */
  readonly url: string;
  readonly redact: Redact;
  readonly redactInSlices: RedactInSlices;
  /** Bytes of one context, input or result that is only to be shown; a larger one is kept as `{"truncated":true,"bytes":n}`. */
  readonly valueLimit: number;
  readonly log: Log;
  readonly now: () => Date;
  /** Milliseconds that a write waits for another process that writes to the file, such as a backup. Default 5 s. */
  readonly busyTimeout?: number;
  /** Characters that may queue before writes wait. Default 32 million: some ten thousand small runs. */
  readonly queueBound?: number;
}

/** The history, the queue, and what only their owner may do with them. */
export interface Store extends History {
  readonly queue: RunQueue;
  readonly intents: Intents;
  readonly deliveries: Deliveries;
  readonly operations: Operations;
  /** Deletes runs that are older than the retention; done by itself at the start and each hour. Gives how many. */
  prune(): Promise<number>;
  /** How many runs could not be recorded since the start. */
  failures(): number;
}

const HOUR = 3_600_000;

/** The file's lock is the lease where there is one. */
const FOREVER = "9999-12-31T23:59:59.999Z";

/**
 * Opens a store: makes the file this process's own, migrates it, and settles what a process before left behind: queued runs
 * that it had claimed can be claimed again, others become `interrupted`, and intents `unconfirmed` runs.
 * @throws {StoreInUse} when another process has it
 * @throws {StoreUnusable} when the file can't be used for another reason
 * @see docs/durability.md; docs/operation.md, "Queued runs"
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const file = resolve(options.url.replace(/^sqlite:/, ""));
  try {
    mkdirSync(dirname(file), { recursive: true });
    const lock = lockFile(file);
    try {
      return await openOwn(file, options, lock.release);
    } catch (error) {
      lock.release();
      throw error;
    }
  } catch (error) {
    throw unusable(file, error);
  }
}

/** Opens a file whose lock this process has. */
async function openOwn(file: string, options: StoreOptions, release: () => void): Promise<Store> {
  const {
    redact,
    redactInSlices,
    log,
    now,
    busyTimeout = 5_000,
    queueBound = 32_000_000,
  } = options;
  await migrate(file, log);
  const onLost = (reason: string | null) => {
    if (reason === null)
      log.info({ file }, "the store's file is back in its place: runs are recorded again");
    else log.error({ file, reason }, "the store is lost: nothing is recorded until a restart");
  };
  const writer = await startWriter({
    file,
    instance: uuidv7(),
    busyTimeout,
    bound: queueBound,
    onLost,
  });
  try {
    const time = now().toISOString();
    const runs = await writer.commit({ kind: "recover", now: time, until: FOREVER, alone: true });
    if (runs > 0) log.info({ runs }, "runs of a process that died are taken up");
  } catch (error) {
    await writer.close();
    throw error;
  }
  const reader = openReader(file);
  const serializers = {
    serialize: serializer(redact, () => options.valueLimit),
    serializeWhole: serializer(redact, () => Infinity),
    keepContext: contextKeeper(redactInSlices),
  };
  const parts = { writer, reader, serializers, events: new EventEmitter<QueueEvents>(), now };
  const runs = runWriter(writer, serializers, log);
  const prune = () => pruneRuns(writer, options, now());

  let closing: Promise<void> | null = null;
  const hasLeapt = leapWatch(now, () => performance.now());
  const pruneQuietly = () => {
    // Deleted runs can't be restored, so after a leap of the clock the next pruning is an hour later.
    if (hasLeapt()) return;
    prune().catch((error: unknown) => {
      if (closing) return;
      log.error({ err: error }, "old runs can't be deleted");
    });
  };
  const timer = setInterval(pruneQuietly, HOUR).unref();
  pruneQuietly();

  const close = async () => {
    clearInterval(timer);
    await runs.settled();
    // First, so that the last connection to go is the one that can tidy up the file.
    await reader.close();
    await writer.close();
    release();
  };
  return {
    ...runs,
    queue: runQueue(parts),
    intents: intentWriter(parts, log),
    deliveries: deliveryWriter(parts),
    operations: operations(parts),
    async list(query) {
      await runs.settled();
      return reader.list(query);
    },
    async get(id) {
      await runs.settled();
      return reader.get(id);
    },
    async counts() {
      await runs.settled();
      return reader.counts();
    },
    ready: () => writer.ready(),
    prune,
    close: () => (closing ??= close()),
  };
}
