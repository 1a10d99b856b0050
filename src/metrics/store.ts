import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { StoreObserver } from "../model/observer.ts";
import type { Backlog } from "../model/queue.ts";

/** The parts of a store that are read when its numbers are. */
export interface StoreNumbers {
  backlog(): Promise<Backlog>;
  /** Jobs that are not committed yet. */
  pending(): number;
  /** Runs that could not be recorded since the start. */
  failures(): number;
  ready(): boolean;
  /** How many other instances serve another configuration. */
  differing(): number;
}

/** Commits take about a millisecond on a good disk, and seconds on a bad one. */
const BOUNDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** The transactions of the store. */
export function commitMetrics(registry: Registry): StoreObserver {
  const registers = [registry];
  const commits = new Histogram({
    name: "sidehook_store_commit_duration_seconds",
    help: "Time of one transaction of the store, to the disk and back.",
    buckets: BOUNDS,
    registers,
  });
  const jobs = new Counter({
    name: "sidehook_store_jobs_total",
    help: "Writes that the store was given, by result: written, failed.",
    labelNames: ["result"],
    registers,
  });
  for (const result of ["written", "failed"]) jobs.inc({ result }, 0);
  return {
    committed(milliseconds, all, failed) {
      commits.observe(milliseconds / 1_000);
      jobs.inc({ result: "written" }, all - failed);
      jobs.inc({ result: "failed" }, failed);
    },
  };
}

/** The state of the store and its queue, read when it is asked for. */
export function storeMetrics(registry: Registry, store: StoreNumbers, now: () => Date): void {
  // What can't be read has no number: the others are there all the same.
  const read = shared(() => store.backlog().catch(() => null));
  registry.registerMetric(
    new Gauge({
      name: "sidehook_runs",
      help: "Runs in the store that have not ended, and unconfirmed ones, by status.",
      labelNames: ["status"],
      registers: [],
      async collect() {
        const backlog = await read();
        if (backlog === null) return this.reset();
        const { queued, running, waiting, unconfirmed } = backlog;
        for (const [status, runs] of Object.entries({ queued, running, waiting, unconfirmed })) {
          this.set({ status }, runs);
        }
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: "sidehook_oldest_queued_run_age_seconds",
      help: "How long the oldest queued run has waited to begin; 0 while none is queued.",
      registers: [],
      async collect() {
        const backlog = await read();
        if (backlog === null) return this.remove();
        const { oldestQueuedAt } = backlog;
        const age = oldestQueuedAt === null ? 0 : now().getTime() - oldestQueuedAt.getTime();
        this.set(Math.max(0, age / 1_000));
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: "sidehook_store_pending_jobs",
      help: "Writes that are not committed yet.",
      registers: [],
      collect() {
        this.set(store.pending());
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: "sidehook_store_ready",
      help: "1 while the store takes writes, else 0.",
      registers: [],
      collect() {
        this.set(store.ready() ? 1 : 0);
      },
    }),
  );
  registry.registerMetric(
    new Counter({
      name: "sidehook_unrecorded_runs_total",
      help: "Runs that could not be recorded.",
      registers: [],
      collect() {
        this.reset();
        this.inc(store.failures());
      },
    }),
  );
}

/** A read that is made once for all who ask in the same turn, and while it is under way. */
function shared<T>(read: () => Promise<T>): () => Promise<T> {
  let reading: Promise<T> | null = null;
  return () => (reading ??= read().finally(() => (reading = null)));
}
