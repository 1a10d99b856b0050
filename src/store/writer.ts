import { Worker } from "node:worker_threads";
import type { Job, Order, Report, WriterData } from "./jobs.ts";
import { RUN_COLUMNS, STEP_COLUMNS } from "./rows.ts";

/** Puts jobs to the writer thread, in order. */
export interface Writer {
  /** Resolves when the job is committed, with the number of rows changed. Rejects when it can't be. */
  commit(job: Job): Promise<number>;
  /** Resolves when there is room for more: at once, unless the disk lags behind. */
  room(): Promise<void>;
  /** Resolves when all that was committed or queued before has been written, or has failed. */
  settled(): Promise<void>;
  ready(): boolean;
  close(): Promise<void>;
}

interface Waiting {
  readonly job: Job;
  resolve(changed: number): void;
  reject(error: Error): void;
}

/**
 * Starts the writer thread on a migrated file. Commits group themselves: what has queued when the thread is idle goes to it
 * as one transaction; there is no timer.
 * @param bound the queue's length above which `room` waits
 */
export async function startWriter(file: string, bound = 5_000): Promise<Writer> {
  const workerData: WriterData = { file, runColumns: RUN_COLUMNS, stepColumns: STEP_COLUMNS };
  const worker = new Worker(new URL("./writer-thread.js", import.meta.url), { workerData });
  let queue: Waiting[] = [];
  let flying: Waiting[] = [];
  let roomless: (() => void)[] = [];
  let idle: (() => void)[] = [];
  let broken: Error | null = null;

  const send = () => {
    if (flying.length > 0 || queue.length === 0) return;
    [flying, queue] = [queue, []];
    worker.postMessage({ jobs: flying.map(({ job }) => job) } satisfies Order);
    for (const go of roomless) go();
    roomless = [];
  };

  const landed = (outcomes: Extract<Report, { outcomes: unknown }>["outcomes"]) => {
    const done = flying;
    flying = [];
    for (const [index, waiting] of done.entries()) {
      const outcome = outcomes[index];
      if (outcome && "changed" in outcome) waiting.resolve(outcome.changed);
      else waiting.reject(new Error(outcome?.error ?? "the writer thread said nothing"));
    }
    send();
    if (flying.length > 0) return;
    for (const go of idle) go();
    idle = [];
  };

  const fall = (error: Error) => {
    broken ??= error;
    const lost = [...flying, ...queue];
    flying = queue = [];
    for (const { reject } of lost) reject(broken);
    for (const go of [...roomless, ...idle]) go();
    roomless = idle = [];
  };

  await new Promise<void>((resolve, reject) => {
    worker.once("message", () => resolve());
    worker.once("error", reject);
  });
  worker.on("message", (report: Report) => {
    if ("outcomes" in report) landed(report.outcomes);
  });
  worker.on("error", fall);
  worker.on("exit", () => fall(new Error("the writer thread has ended")));

  const settled = (): Promise<void> =>
    flying.length + queue.length === 0
      ? Promise.resolve()
      : new Promise((resolve) => idle.push(resolve));

  return {
    commit(job) {
      if (broken) return Promise.reject(broken);
      return new Promise((resolve, reject) => {
        queue.push({ job, resolve, reject });
        // What comes in the same turn of the event loop shares a transaction.
        if (queue.length === 1) setImmediate(send);
      });
    },
    room: () =>
      queue.length < bound || broken
        ? Promise.resolve()
        : new Promise((resolve) => roomless.push(resolve)),
    settled,
    ready: () => broken === null,
    async close() {
      await settled();
      const ended = new Promise((resolve) => worker.once("exit", resolve));
      worker.postMessage({ close: true } satisfies Order);
      await ended;
    },
  };
}
