import type { RunStatus } from "../model/run.ts";

/** Why a run was cut short. */
export class RunCut extends Error {
  override readonly name = "RunCut";
  readonly status: Extract<RunStatus, "timed-out" | "canceled">;

  constructor(status: RunCut["status"]) {
    super(status === "timed-out" ? "The workflow took too long" : "The run was canceled");
    this.status = status;
  }
}

/** A signal that is aborted with a `RunCut` when time is over or the outer signal is aborted. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Lets the timer and the outer signal go. */
  clear(): void;
}

/** @param timeout milliseconds; null: none */
export function deadline(outer: AbortSignal, timeout: number | null): Deadline {
  const controller = new AbortController();
  const cancel = () => controller.abort(new RunCut("canceled"));
  const timer =
    timeout === null
      ? undefined
      : setTimeout(() => controller.abort(new RunCut("timed-out")), Math.min(timeout, LONGEST));
  if (outer.aborted) cancel();
  else outer.addEventListener("abort", cancel, { once: true });
  return {
    signal: controller.signal,
    clear() {
      clearTimeout(timer);
      outer.removeEventListener("abort", cancel);
    },
  };
}

/** What a timer of Node can count. */
const LONGEST = 2 ** 31 - 1;

/** Settles as `work` does, or rejects with the signal's reason as soon as that is aborted. */
export function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) {
    work.catch(() => undefined);
    return Promise.reject(signal.reason as Error);
  }
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
