import { Worker } from "node:worker_threads";
import type { Answer, Question } from "./question.ts";

/** A bounded number of threads, each of which answers one question after another. */
export interface Pool {
  /** An aborted signal ends the thread that is at the question: there is no other way to stop a program. */
  ask(question: Question, signal: AbortSignal): Promise<Answer>;
  close(): Promise<void>;
}

/** Makes a pool. Threads are started when they are needed, and stay. @param most threads */
export function threadPool(most: number): Pool {
  const idle: Worker[] = [];
  const threads = new Set<Worker>();
  /** Questions that wait for a thread, in their order. */
  const waiting = new Set<(worker: Worker) => void>();
  let closed = false;

  function start(): Worker {
    const worker = new Worker(new URL("./thread.js", import.meta.url), {
      env: {},
      // Its own: what is written there is not for the log.
      stdout: true,
      stderr: true,
    });
    threads.add(worker);
    worker.on("error", () => undefined);
    worker.once("exit", () => gone(worker));
    return worker;
  }

  function gone(worker: Worker): void {
    threads.delete(worker);
    const at = idle.indexOf(worker);
    if (at >= 0) idle.splice(at, 1);
    // Its place is free for whoever waits.
    const [next] = waiting;
    if (next !== undefined && !closed && threads.size < most) next(start());
  }

  function free(worker: Worker): void {
    const [next] = waiting;
    if (next !== undefined) return next(worker);
    worker.unref();
    idle.push(worker);
  }

  function taken(signal: AbortSignal): Worker | Promise<Worker> {
    const ready = idle.pop();
    if (ready !== undefined) return ready;
    if (threads.size < most) return start();
    return new Promise((resolve, reject) => {
      const turn = (worker: Worker) => {
        waiting.delete(turn);
        signal.removeEventListener("abort", late);
        resolve(worker);
      };
      const late = () => {
        waiting.delete(turn);
        reject(signal.reason as Error);
      };
      waiting.add(turn);
      signal.addEventListener("abort", late, { once: true });
    });
  }

  return {
    async ask(question, signal) {
      signal.throwIfAborted();
      if (closed) throw new Error("The sandbox is closed");
      const worker = await taken(signal);
      const answer = await answered(worker, question, signal);
      // What ran out of memory leaves the thread's memory at its largest, and its realm in an unknown state.
      if ("failed" in answer && answer.failed === "memory") void worker.terminate();
      else free(worker);
      return answer;
    },
    async close() {
      closed = true;
      await Promise.all([...threads].map((worker) => worker.terminate()));
    },
  };
}

/** The answer of a thread. Where it has none, the thread is ended. */
function answered(worker: Worker, question: Question, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      signal.removeEventListener("abort", aborted);
      worker.off("message", given).off("error", failed).off("exit", exited);
      act();
    };
    const given = (answer: Answer) => settle(() => resolve(answer));
    const failed = (error: Error) => settle(() => reject(error));
    const exited = () => settle(() => reject(new Error("The thread of the sandbox has ended")));
    const aborted = () => {
      void worker.terminate();
      settle(() => reject(signal.reason as Error));
    };
    if (signal.aborted) return aborted();
    signal.addEventListener("abort", aborted, { once: true });
    worker.on("message", given).on("error", failed).on("exit", exited);
    worker.ref();
    worker.postMessage(question);
  });
}
