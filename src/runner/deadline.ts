import type { LazySignal } from "../model/lazy-signal.ts";

const STATUSES = {
  WORKFLOW_TIMEOUT: "timed-out",
  CANCELED: "canceled",
  STEPS_LIMIT: "errored",
  RECORD_LIMIT: "errored",
} as const;

/** Why a run, or all that a step does, was cut short. No step catches it. */
export class Cut extends Error {
  override readonly name = "Cut";
  readonly code: keyof typeof STATUSES;

  constructor(code: Cut["code"], message: string) {
    super(message);
    this.code = code;
  }

  /** The status that it gives a run, and a step that was in flight. */
  get status(): (typeof STATUSES)[Cut["code"]] {
    return STATUSES[this.code];
  }
}

/** The errors that a deadline is aborted with. */
export interface DeadlineReasons {
  /** When time is over. */
  readonly late: () => Error;
  /** When the outer signal is aborted. */
  readonly outer: () => Error;
}

/** The longest time that a timer of Node can count, in milliseconds. */
const LONGEST = 2 ** 31 - 1;

/**
 * A signal that is aborted when time is over, or the outer signal is aborted. Only when something waits for it, it sets a timer
 * and listens to the outer one; until then it looks at the clock whenever it is asked.
 */
export class Deadline implements LazySignal {
  private readonly outer: LazySignal;
  private readonly reasons: DeadlineReasons;
  /** By the monotonic clock. */
  private due: number;
  private why: Error | null = null;
  private controller: AbortController | null = null;
  private timer: NodeJS.Timeout | undefined;

  /** @param timeout milliseconds; null: none; over already when it is not above 0 */
  constructor(outer: LazySignal, timeout: number | null, reasons: DeadlineReasons) {
    this.outer = outer;
    this.reasons = reasons;
    this.due = timeout === null ? Infinity : performance.now() + timeout;
  }

  get aborted(): boolean {
    if (this.why !== null) return true;
    if (this.outer.aborted) this.abort(this.reasons.outer());
    else if (performance.now() >= this.due) this.abort(this.reasons.late());
    return this.why !== null;
  }

  get reason(): unknown {
    return this.aborted ? this.why : undefined;
  }

  throwIfAborted(): void {
    if (this.aborted) throw this.why as Error;
  }

  get signal(): AbortSignal {
    if (this.controller !== null) return this.controller.signal;
    const isOver = this.aborted;
    this.controller = new AbortController();
    if (isOver) this.controller.abort(this.why);
    else this.listen();
    return this.controller.signal;
  }

  readonly abort = (reason: Error): void => {
    if (this.why !== null) return;
    this.why = reason;
    this.controller?.abort(reason);
  };

  /** Waits for something while the time stands still. Whatever aborts the outer signal still does. */
  async whileStill<T>(wait: Promise<T>): Promise<T> {
    const left = this.due - performance.now();
    this.countUntil(Infinity);
    try {
      return await wait;
    } finally {
      this.countUntil(performance.now() + left);
    }
  }

  /** Lets the timer and the outer signal go. */
  clear(): void {
    if (this.controller === null) return;
    clearTimeout(this.timer);
    this.outer.signal.removeEventListener("abort", this.follow);
  }

  private readonly follow = (): void => this.abort(this.reasons.outer());

  private listen(): void {
    this.outer.signal.addEventListener("abort", this.follow, { once: true });
    this.count();
  }

  private countUntil(due: number): void {
    this.due = due;
    clearTimeout(this.timer);
    if (this.controller !== null && this.why === null) this.count();
  }

  private count(): void {
    if (this.due === Infinity) return;
    const left = Math.ceil(this.due - performance.now());
    const next = () => (left > LONGEST ? this.count() : this.abort(this.reasons.late()));
    this.timer = setTimeout(next, Math.min(left, LONGEST));
  }
}

/**
 * Settles as `work` does. When the signal is aborted it rejects with its reason, however long `work` goes on, but not
 * before the walks `inside` have settled: their records come first. Where one of them was cut by that, it rejects like it.
 */
export function untilAborted<T>(
  work: Promise<T>,
  { signal }: LazySignal,
  inside: () => Iterable<Promise<unknown>>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const cut = () => {
      // A walk that aborts the signal as it begins is inside only after that.
      void Promise.resolve()
        .then(() => Promise.allSettled(inside()))
        .then((walks) => reject(cutIn(walks, signal)));
    };
    if (signal.aborted) cut();
    else signal.addEventListener("abort", cut, { once: true });
    void work.then(resolve, reject).then(() => signal.removeEventListener("abort", cut));
  });
}

function cutIn(walks: readonly PromiseSettledResult<unknown>[], { reason }: AbortSignal): Error {
  const errors = walks.flatMap((walk) =>
    walk.status === "rejected" ? [walk.reason as Error] : [],
  );
  return errors.find(({ cause }) => cause === reason) ?? (reason as Error);
}
