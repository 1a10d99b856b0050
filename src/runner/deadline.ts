import type { StepRecord } from "../model/run.ts";

/** Why a run, or all that a step does, was cut short. */
export class Cut extends Error {
  override readonly name = "Cut";
  readonly code: "WORKFLOW_TIMEOUT" | "CANCELED";

  constructor(code: Cut["code"], message: string) {
    super(message);
    this.code = code;
  }

  /** What it makes of a run, and of a step that was in flight. */
  get status(): Extract<StepRecord["status"], "timed-out" | "canceled"> {
    return this.code === "WORKFLOW_TIMEOUT" ? "timed-out" : "canceled";
  }
}

/** A signal that is aborted when time is over or the outer signal is aborted. */
export interface Deadline {
  readonly signal: AbortSignal;
  readonly abort: (reason: Error) => void;
  /** Lets the timer and the outer signal go. */
  readonly clear: () => void;
}

/** What a timer of Node can count. */
const LONGEST = 2 ** 31 - 1;

/**
 * Sets a deadline under an outer signal.
 * @param timeout milliseconds; null: none; over already when it is not above 0
 * @param reasons what it is aborted with: when time is over, and when the outer signal is aborted
 */
export function deadline(
  outer: AbortSignal,
  timeout: number | null,
  reasons: { readonly late: () => Error; readonly outer: () => Error },
): Deadline {
  const controller = new AbortController();
  const abort = (reason: Error) => controller.abort(reason);
  const follow = () => abort(reasons.outer());
  let timer: NodeJS.Timeout | undefined;
  const count = (left: number) => {
    const next = () => (left > LONGEST ? count(left - LONGEST) : abort(reasons.late()));
    timer = setTimeout(next, Math.min(left, LONGEST));
  };
  if (outer.aborted) follow();
  else if (timeout !== null && timeout <= 0) abort(reasons.late());
  else if (timeout !== null) count(timeout);
  if (!controller.signal.aborted) outer.addEventListener("abort", follow, { once: true });
  return {
    signal: controller.signal,
    abort,
    clear() {
      clearTimeout(timer);
      outer.removeEventListener("abort", follow);
    },
  };
}

/**
 * Settles as `work` does. When the signal is aborted it rejects with its reason, however long `work` goes on, but not
 * before the walks `inside` have settled: their records come first.
 */
export function untilAborted<T>(
  work: Promise<T>,
  signal: AbortSignal,
  inside: ReadonlySet<Promise<unknown>>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const cut = () => {
      void Promise.allSettled(inside).then(() => reject(signal.reason as Error));
    };
    if (signal.aborted) cut();
    else signal.addEventListener("abort", cut, { once: true });
    void work.then(resolve, reject).then(() => signal.removeEventListener("abort", cut));
  });
}
