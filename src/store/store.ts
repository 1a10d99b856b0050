import type { EventEmitter } from "node:events";
import type { History } from "../model/history.ts";
import type { Log } from "../model/log.ts";
import type { StoreObserver } from "../model/observer.ts";
import type { Operations } from "../model/operations.ts";
import type { Backlog, Deliveries, Intents, RunQueue } from "../model/queue.ts";
import type { RunChanges } from "../model/run-changes.ts";
import type { Schedules } from "../model/schedule.ts";
import type { Rates } from "../model/traffic.ts";
import type { Redact, RedactInSlices } from "../model/secrets.ts";
import { deliveryWriter } from "./deliveries.ts";
import { intentWriter } from "./intents.ts";
import { serializersOf } from "./serialize.ts";
import { operations } from "./operations.ts";
import { postgres } from "./postgres.ts";
import type { LeaseTimes } from "./postgres/presence.ts";
import type { StoreKeys } from "./keys.ts";
import { storedRates } from "./rates.ts";
import type { Reader } from "./reader.ts";
import { type RetentionOptions, leapWatch, pruneRuns } from "./retention.ts";
import { type QueueEvents, runQueue } from "./run-queue.ts";
import { scheduleWriter } from "./schedules.ts";
import { gatherChanges } from "./run-changes.ts";
import { runWriter } from "./run-writer.ts";
import { derivedKey, sealWith } from "./seal.ts";
import { sealedRows } from "./sealed-rows.ts";
import { openSqlite } from "./sqlite.ts";
import type { Writer } from "./writer.ts";

/** How to keep runs. `valueLimit`, `retention` and `keep` are read each time, since another configuration may change them. */
export interface StoreOptions extends RetentionOptions {
  /** `sqlite:/srv/data/sidehook.db`: absolute, its folder is made; or `postgres://user:password@host/name`. */
  readonly url: string;
  /** Keys, as `store.key` has them: the first seals, all open. `[]`: that of the file beside a SQLite file. */
  readonly keys: readonly string[];
  readonly redact: Redact;
  readonly redactInSlices: RedactInSlices;
  /** Bytes of one context, input or result that is only to be shown; a larger one is kept as `{"truncated":true,"bytes":n}`. */
  readonly valueLimit: number;
  readonly log: Log;
  readonly now: () => Date;
  /** Milliseconds that a write waits for another process that writes to the file, such as a backup. Default 5 s. */
  readonly busyTimeout?: number;
  /** On Postgres: the hash of the configuration that is served now, which is compared with those of other instances. */
  readonly configuration?: () => string;
  /** On Postgres: how long an instance lives on in the eyes of others, and how often it shows itself. Default 15 s and 5 s. */
  readonly lease?: LeaseTimes;
  /** Characters that may queue before writes wait. Default 32 million: some ten thousand small runs. */
  readonly queueBound?: number;
  readonly observer?: StoreObserver;
}

/** The history, the queue, and what only their owner may do with them. */
export interface Store extends History {
  readonly changes: RunChanges;
  readonly queue: RunQueue;
  readonly intents: Intents;
  readonly deliveries: Deliveries;
  readonly schedules: Schedules;
  /** Counted by all instances together. */
  readonly rates: Rates;
  readonly operations: Operations;
  /** Deletes runs that are older than the retention; done by itself at the start and each hour. Gives how many. */
  prune(): Promise<number>;
  /** Keys for another use, made from the store's own: the first signs, all count. The same wherever the store is opened. */
  keysFor(use: string): readonly Buffer[];
  /** How many other instances served another configuration when the lease was renewed. */
  differing(): number;
  /** How many runs could not be recorded since the start. */
  failures(): number;
  /** How many writes are not committed yet. */
  pending(): number;
  /** Counts the runs that have not ended, of what is committed. */
  backlog(): Promise<Backlog>;
}

const HOUR = 3_600_000;

/** What a kind of store opens. */
export interface OpenedStore {
  readonly writer: Writer;
  readonly reader: Reader;
  readonly events: EventEmitter<QueueEvents>;
  readonly keys: StoreKeys;
  /** How many other instances serve another configuration. */
  differing(): number;
  /** Called before anything is closed: from now on, a database that answers nothing is waited for some seconds only. */
  willClose?(): void;
  /** Ends the writer, and lets go of the place. The reader is closed before. */
  close(): Promise<void>;
}

/**
 * Opens a store, and settles what processes before left behind: queued runs that they had claimed can be claimed again, others
 * become `interrupted`, and intents `unconfirmed` runs.
 * @throws {StoreInUse} when another process has the file
 * @throws {StoreUnusable} when the place can't be used for another reason
 * @see docs/durability.md; docs/operation.md, "Queued runs"
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { redact, redactInSlices, log, now, queueBound = 32_000_000 } = options;
  const changes = gatherChanges((ids) => reader.summaries(ids));
  const open = options.url.startsWith("sqlite:") ? openSqlite : await postgres();
  const opened = await open(options, queueBound, changes.announced);
  const { writer, reader, events, keys } = opened;
  if (options.observer) writer.observe(options.observer);
  const serializers = serializersOf(redact, redactInSlices, () => options.valueLimit);
  const seal = sealWith(keys);
  const rows = sealedRows(serializers, seal);
  const parts = { writer, reader, serializers, rows, events, now };
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
    changes.close();
    opened.willClose?.();
    await runs.settled();
    // First, so that the last connection to go is the one that can tidy up the file.
    await reader.close();
    await opened.close();
  };
  return {
    ...runs,
    queue: runQueue(parts),
    intents: intentWriter(parts, log, () => closing !== null),
    deliveries: deliveryWriter(parts),
    schedules: scheduleWriter(parts),
    rates: storedRates(parts),
    operations: operations({ ...parts, seal: () => seal, valueLimit: () => options.valueLimit }),
    async list(query) {
      await runs.settled();
      return reader.list(query);
    },
    async get(id) {
      await runs.settled();
      return reader.get(id);
    },
    changes,
    definition: (hash) => reader.definition(hash),
    async recentCounts(since) {
      await runs.settled();
      return reader.recentCounts(since);
    },
    async durations(workflow, since) {
      await runs.settled();
      return reader.durations(workflow, since);
    },
    async counts() {
      await runs.settled();
      return reader.counts();
    },
    backlog: () => reader.backlog(),
    pending: () => writer.pending(),
    differing: opened.differing,
    ready: () => writer.ready(),
    prune,
    keysFor: (use) => keys.map((key) => derivedKey(key, use)),
    close: () => (closing ??= close()),
  };
}
