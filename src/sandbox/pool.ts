import { Worker } from "node:worker_threads";
import type { AwaitTurn } from "../model/program.ts";
import type { Answer, Question, Report } from "./question.ts";

/** A bounded number of threads, each of which answers one question after another. */
export interface Pool {
  /** Starts a thread, so that the next program need not wait for it. Resolves when it is ready. */
  warm(): Promise<void>;
  /**
   * Asks a thread. An aborted signal ends the one that is at the question: there is no other way to stop a program.
   * @param questionOf makes the question once a thread is there for it, so that those in line hold no texts
   * @param awaitTurn is given all that comes before the program begins
   */
  ask(
    questionOf: () => Promise<Question>,
    signal: AbortSignal,
    awaitTurn: AwaitTurn,
  ): Promise<Answer>;
  close(): Promise<void>;
}

/** Who waits for a thread. */
interface Waiting {
  readonly take: (worker: Worker) => void;
  readonly fail: (error: Error) => void;
}

const NEVER = new AbortController().signal;

/**
 * Makes a pool. Threads are started when they are needed, and stay. Where it is known what they are for, one more is there than
 * are at work: a thread takes longer to start than most programs.
 * @param most threads
 * @param first questions that each thread is asked when it starts: what they need is then there for others
 */
export function threadPool(most: number, first: readonly Question[]): Pool {
  /** All threads: those that start, those at work, and those that are idle. */
  const threads = new Set<Worker>();
  const idle: Worker[] = [];
  /** In their order. */
  const line = new Set<Waiting>();
  let starting = 0;
  let closed = false;

  /** Starts a thread, which then serves the line. One that can't be started is the error of who waits first. */
  async function start(): Promise<void> {
    const worker = new Worker(new URL("./thread.js", import.meta.url), {
      env: {},
      // What is written there is not for the log.
      stdout: true,
      stderr: true,
      resourceLimits: { stackSizeMb: 8 },
    });
    threads.add(worker);
    worker.on("error", () => undefined);
    starting++;
    try {
      for (const question of first) await answered(worker, question, NEVER);
    } catch (error) {
      threads.delete(worker);
      const [next] = line;
      next?.fail(error as Error);
      if (line.size > 0) startAnother();
      throw error;
    } finally {
      starting--;
    }
    worker.once("exit", () => gone(worker));
    free(worker);
    refill();
  }

  const startAnother = () => void start().catch(() => undefined);

  /** Starts a thread where fewer start than are waited for. Without a line, one is to be idle soon. */
  function refill(): void {
    if (closed || threads.size >= most) return;
    const wanted = line.size > 0 ? line.size : Number(first.length > 0 && idle.length === 0);
    if (starting < wanted) startAnother();
  }

  function gone(worker: Worker): void {
    if (!threads.delete(worker)) return;
    const at = idle.indexOf(worker);
    if (at >= 0) idle.splice(at, 1);
    refill();
  }

  function end(worker: Worker): void {
    void worker.terminate();
    gone(worker);
  }

  function free(worker: Worker): void {
    const [next] = line;
    if (next !== undefined) return next.take(worker);
    worker.unref();
    idle.push(worker);
  }

  /** A thread that is ready. */
  function taken(signal: AbortSignal): Promise<Worker> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        line.delete(waiting);
        signal.removeEventListener("abort", late);
      };
      const late = () => waiting.fail(signal.reason as Error);
      const waiting: Waiting = {
        take: (worker) => (leave(), resolve(worker)),
        fail: (error) => (leave(), reject(error)),
      };
      line.add(waiting);
      signal.addEventListener("abort", late, { once: true });
      const ready = idle.pop();
      if (ready !== undefined) waiting.take(ready);
      refill();
    });
  }

  async function begin(questionOf: () => Promise<Question>, signal: AbortSignal) {
    const worker = await taken(signal);
    try {
      const question = await questionOf();
      signal.throwIfAborted();
      return { worker, question };
    } catch (error) {
      free(worker);
      throw error;
    }
  }

  return {
    async warm() {
      if (threads.size === 0) await start();
    },
    async ask(questionOf, signal, awaitTurn) {
      signal.throwIfAborted();
      if (closed) throw new Error("The sandbox is closed");
      const { worker, question } = await awaitTurn(begin(questionOf, signal));
      try {
        const { answer, isSpent } = await answered(worker, question, signal);
        if (isSpent) end(worker);
        else free(worker);
        return answer;
      } catch (error) {
        end(worker);
        throw error;
      }
    },
    async close() {
      closed = true;
      for (const waiting of line) waiting.fail(new Error("The sandbox is closed"));
      await Promise.all([...threads].map((worker) => worker.terminate()));
    },
  };
}

/** The answer of a thread. */
function answered(worker: Worker, question: Question, signal: AbortSignal): Promise<Report> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      signal.removeEventListener("abort", aborted);
      worker.off("message", given).off("error", failed).off("exit", exited);
      act();
    };
    const given = (report: Report) => settle(() => resolve(report));
    const failed = (error: Error) => settle(() => reject(error));
    const exited = () => settle(() => reject(new Error("The thread of the sandbox has ended")));
    const aborted = () => settle(() => reject(signal.reason as Error));
    if (signal.aborted) return aborted();
    signal.addEventListener("abort", aborted, { once: true });
    worker.on("message", given).on("error", failed).on("exit", exited);
    worker.ref();
    worker.postMessage(question);
  });
}
