/**
 * Does the work of one key once at a time: concurrent callers share one result. Null and rejections are not shared: the
 * next caller that waits does the work again.
 */
export type SingleFlight<T> = (key: string, work: () => Promise<T | null>) => Promise<T | null>;

/** Makes a `SingleFlight`. It does not remember results. */
export function singleFlight<T>(): SingleFlight<T> {
  const underway = new Map<string, Promise<T | null>>();
  return async (key, work) => {
    for (let other = underway.get(key); other; other = underway.get(key)) {
      const same = await other.catch(() => null);
      if (same !== null) return same;
    }
    const own = work().finally(() => underway.delete(key));
    underway.set(key, own);
    return own;
  };
}
