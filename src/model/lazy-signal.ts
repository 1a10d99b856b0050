/**
 * Tells work that it is to stop, as an AbortSignal does. The AbortSignal is made only when something asks for it: most runs
 * are over before anything could stop them. Until then the source itself is asked.
 */
export interface LazySignal {
  readonly aborted: boolean;
  /** The reason that it was aborted with; undefined while it is not. */
  readonly reason: unknown;
  /** @throws the reason */
  throwIfAborted(): void;
  /** For work that waits. The same each time. */
  readonly signal: AbortSignal;
}

/** A signal that is there already. */
export const lazySignal = (signal: AbortSignal): LazySignal => ({
  get aborted() {
    return signal.aborted;
  },
  get reason() {
    return signal.reason as unknown;
  },
  throwIfAborted: () => signal.throwIfAborted(),
  signal,
});
