import { Worker } from "node:worker_threads";
import type { JobsOrder, Order, Outcome, Report, WriterData } from "./jobs.ts";
import type { Committer } from "./writer.ts";

/** The settings of the writer thread. */
export interface ThreadOptions extends WriterData {
  /** Called with the reason when all writes would be lost, and with null when they would not be lost any more. */
  readonly onLost: (reason: string | null) => void;
}

/** Who waits for the outcomes of an order. */
interface Waiting {
  resolve(outcomes: readonly Outcome[]): void;
  reject(error: Error): void;
}

/** Starts the thread that owns the only writing connection to a SQLite file. */
export async function startThread({ onLost, ...workerData }: ThreadOptions): Promise<Committer> {
  const worker = new Worker(new URL("./writer-thread.js", import.meta.url), { workerData });
  const exited = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
  let isLost = false;
  /** Why nothing more can be committed. */
  let over: Error | null = null;
  let waiting: Waiting | null = null;

  await new Promise<void>((resolve, reject) => {
    worker.once("message", () => resolve());
    worker.once("error", reject);
  });
  const fall = (error: Error) => {
    over ??= error;
    waiting?.reject(over);
  };
  worker.on("message", (report: Report) => {
    if ("outcomes" in report) waiting?.resolve(report.outcomes);
    if (!("lost" in report)) return;
    isLost = report.lost !== null;
    onLost(report.lost);
  });
  worker.on("error", fall);
  worker.on("exit", () => fall(new Error("The writer thread has ended")));

  return {
    commit(order, load) {
      if (over !== null) return Promise.reject(over);
      return new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        worker.postMessage(messageOf(order, load));
      });
    },
    isLost: () => isLost,
    async close() {
      worker.postMessage({ close: true } satisfies Order);
      await exited;
    },
  };
}

/** Characters from which an order is copied as it is: to escape long texts would take longer. */
const LONG = 500_000;

/** As a text, an order is copied to the thread in a third of the time. */
const messageOf = (order: JobsOrder, load: number): Order =>
  load < LONG ? JSON.stringify(order) : order;
