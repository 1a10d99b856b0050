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

/** A signal that is aborted when time is over or the outer signal is aborted. */
export interface Deadline {
  readonly signal: AbortSignal;
  readonly abort: (reason: Error) => void;
  /** Lets the timer and the outer signal go. */
  readonly clear: () => void;
}

/** The longest time that a timer of Node can count, in milliseconds. */
const LONGEST = 2 ** 31 - 1;

/**
 * Sets a deadline under an outer signal.
 * @param timeout milliseconds; null: none; over already when it is not above 0
 * @param reasons the errors that it is aborted with: when time is over, and when the outer signal is aborted
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
 * before the walks `inside` have settled: their records come first. Where one of them was cut by that, it rejects like it.
 */
export function untilAborted<T>(
  work: Promise<T>,
  signal: AbortSignal,
  inside: ReadonlySet<Promise<unknown>>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const cut = () => {
      // A walk that aborts the signal as it begins is inside only after that.
      void Promise.resolve()
        .then(() => Promise.allSettled(inside))
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
