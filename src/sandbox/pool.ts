import { Worker } from "node:worker_threads";
import type { Answer, Question, Report } from "./question.ts";

/** A bounded number of threads, each of which answers one question after another. */
export interface Pool {
  /** Starts a thread, so that the next program need not wait for it. Resolves when it is ready. */
  warm(): Promise<void>;
  /** An aborted signal ends the thread that is at the question: there is no other way to stop a program. */
  ask(question: Question, signal: AbortSignal): Promise<Answer>;
  close(): Promise<void>;
}

/** A thread, and when it has answered the first questions. */
interface Thread {
  readonly worker: Worker;
  readonly ready: Promise<void>;
}

const NEVER = new AbortController().signal;

/**
 * Makes a pool. Threads are started when they are needed, and stay. Where it is known what they are for, one more is there than
 * are at work: programs may have less time than a thread takes to start.
 * @param most threads
 * @param first questions that each thread is asked when it starts: what they need is then there for others
 */
export function threadPool(most: number, first: readonly Question[]): Pool {
  const idle: Thread[] = [];
  const threads = new Set<Thread>();
  /** Questions that wait for a thread, in their order. */
  const waiting = new Set<(thread: Thread) => void>();
  /** Threads that nobody waits for, and that are not ready yet. */
  let starting = 0;
  let closed = false;

  function start(): Thread {
    const worker = new Worker(new URL("./thread.js", import.meta.url), {
      env: {},
      // What is written there is not for the log.
      stdout: true,
      stderr: true,
      resourceLimits: { stackSizeMb: 8 },
    });
    const thread = { worker, ready: begun(worker, first) };
    threads.add(thread);
    thread.ready.catch(() => undefined);
    worker.on("error", () => undefined);
    worker.once("exit", () => gone(thread));
    return thread;
  }

  /** A thread that has ended, or is to end, makes room for another. The next program need not wait until that has started. */
  function gone(thread: Thread): void {
    if (!threads.delete(thread)) return;
    const at = idle.indexOf(thread);
    if (at >= 0) idle.splice(at, 1);
    if (closed) return;
    const [next] = waiting;
    if (next !== undefined) next(start());
    else warmBeside();
  }

  function free(thread: Thread): void {
    const [next] = waiting;
    if (next !== undefined) return next(thread);
    thread.worker.unref();
    idle.push(thread);
  }

  function end(thread: Thread): void {
    void thread.worker.terminate();
    gone(thread);
  }

  /** Sees to it that a thread is idle, or will soon be. */
  async function warm(): Promise<void> {
    if (closed || first.length === 0 || idle.length + starting > 0 || threads.size >= most) return;
    starting++;
    const thread = start();
    await thread.ready.finally(() => starting--);
    free(thread);
  }

  const warmBeside = () => void warm().catch(() => undefined);

  function taken(signal: AbortSignal): Thread | Promise<Thread> {
    const ready = idle.pop();
    warmBeside();
    if (ready !== undefined) return ready;
    if (threads.size < most) return start();
    return new Promise((resolve, reject) => {
      const turn = (thread: Thread) => {
        waiting.delete(turn);
        signal.removeEventListener("abort", late);
        resolve(thread);
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
    warm,
    async ask(question, signal) {
      signal.throwIfAborted();
      if (closed) throw new Error("The sandbox is closed");
      const thread = await taken(signal);
      const { answer, isSpent } = await thread.ready
        .then(() => answered(thread.worker, question, signal))
        .catch((error: unknown) => {
          end(thread);
          throw error;
        });
      if (isSpent) end(thread);
      else free(thread);
      return answer;
    },
    async close() {
      closed = true;
      await Promise.all([...threads].map(({ worker }) => worker.terminate()));
    },
  };
}

async function begun(worker: Worker, first: readonly Question[]): Promise<void> {
  for (const question of first) await answered(worker, question, NEVER);
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
