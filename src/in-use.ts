/** Counts what is under way. */
export interface InUse {
  /** Counts work until it has ended, however it ends. */
  during<T>(work: () => Promise<T>): Promise<T>;
  /** Resolves when nothing is under way. */
  over(): Promise<void>;
}

/** Makes a count of nothing yet. */
export function inUse(): InUse {
  let count = 0;
  const waiting: (() => void)[] = [];
  return {
    async during(work) {
      count++;
      try {
        return await work();
      } finally {
        if (--count === 0) for (const resolve of waiting.splice(0)) resolve();
      }
    },
    over: () => new Promise((resolve) => (count === 0 ? resolve() : void waiting.push(resolve))),
  };
}
