/**
 * Lets work of one key be done once at a time: whoever comes meanwhile waits for it, and gets the same. Where it gives
 * null, or rejects, the next one that waits does it anew.
 */
export type SingleFlight<T> = (key: string, work: () => Promise<T | null>) => Promise<T | null>;

/** Makes a `Once`. It remembers nothing that is done. */
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
