import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import knex from "knex";
import { GatewayError } from "../model/errors.ts";
import type { History } from "../model/history.ts";
import type { Log } from "../model/log.ts";
import type { RunStatus } from "../model/run.ts";
import type { Redact } from "../model/secrets.ts";
import { lockFile } from "./lock.ts";
import { migrationSource } from "./migrations/index.ts";
import { openReader } from "./reader.ts";
import { keeper, runRow, stepRow } from "./rows.ts";
import { type Writer, startWriter } from "./writer.ts";

/** How to keep the history. */
export interface StoreOptions {
  /** `sqlite:/srv/data/sidehook.db`: absolute. Its folder is made. */
  readonly url: string;
  readonly redact: Redact;
  /** Bytes of one context, input or result; a larger one is kept as `{"truncated":true,"bytes":n}`. */
  readonly valueLimit: number;
  /** Milliseconds that an ended run is kept. */
  readonly retention: number;
  /** Runs that ended so are kept for ever. */
  readonly keep: readonly RunStatus[];
  readonly log: Log;
  readonly now: () => Date;
}

/** The history, and what only its owner may do with it. */
export interface Store extends History {
  /** Deletes runs that are older than the retention. Gives how many. */
  prune(): Promise<number>;
  /** How many runs could not be recorded. */
  failures(): number;
}

const SLICE = 500;
const HOUR = 3_600_000;

/**
 * Opens a store: makes the file this process's own, migrates it, and marks as `interrupted` what a process before left
 * running. @throws {StoreInUse}
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { url, redact, valueLimit, retention, keep, log, now } = options;
  const file = url.slice("sqlite:".length);
  mkdirSync(dirname(file), { recursive: true });
  const lock = lockFile(file);
  try {
    await migrate(file, now());
    const writer = await startWriter(file);
    const history = historyOf(file, writer, keeper(redact, valueLimit), log);
    const prune = () => pruned(writer, new Date(now().getTime() - retention), keep);
    const timer = setInterval(() => void prune().catch(failedPrune), HOUR).unref();
    const failedPrune = (error: unknown) => log.error({ err: error }, "old runs can't be deleted");
    prune().catch(failedPrune);
    return {
      ...history,
      prune,
      async close() {
        clearInterval(timer);
        await history.close();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function migrate(file: string, now: Date): Promise<void> {
  const database = knex({
    client: "better-sqlite3",
    connection: { filename: file },
    useNullAsDefault: true,
  });
  try {
    await database.raw("pragma journal_mode = WAL");
    await database.migrate.latest({ migrationSource });
    await database("runs")
      .where({ status: "running", sync: true })
      .update({ status: "interrupted", finished_at: now.toISOString() });
  } finally {
    await database.destroy();
  }
}

function historyOf(
  file: string,
  writer: Writer,
  keep: ReturnType<typeof keeper>,
  log: Log,
): Omit<Store, "prune"> {
  const reader = openReader(file);
  let failures = 0;
  const lost = (id: string) => (error: unknown) => {
    failures++;
    log.error({ run: id, err: error }, "a run can't be recorded");
  };
  return {
    async begin(workflow, start) {
      const run = runRow(workflow, start, null, keep);
      try {
        await writer.commit({ kind: "run", definition: workflow.definition, run, steps: [] });
      } catch (error) {
        lost(start.id)(error);
        throw new GatewayError(
          "STORE_UNAVAILABLE",
          "The run can't be recorded, so it is not begun",
          { cause: error },
        );
      }
    },
    finish(workflow, start, end, records) {
      const run = runRow(workflow, start, end, keep);
      const steps = records.map((record, place) => stepRow(start.id, record, place, keep));
      writer
        .commit({ kind: "run", definition: workflow.definition, run, steps })
        .catch(lost(start.id));
      return writer.room();
    },
    async list(query) {
      await writer.settled();
      return reader.list(query);
    },
    async get(id) {
      await writer.settled();
      return reader.get(id);
    },
    ready: writer.ready,
    failures: () => failures,
    async close() {
      await writer.close();
      await reader.close();
    },
  };
}

async function pruned(writer: Writer, before: Date, keep: readonly RunStatus[]): Promise<number> {
  const job = { kind: "prune", before: before.toISOString(), keep, slice: SLICE } as const;
  let total = 0;
  for (;;) {
    const changed = await writer.commit(job);
    total += changed;
    if (changed < SLICE) return total;
  }
}
