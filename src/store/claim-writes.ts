import type { Claim } from "../model/queue.ts";

/** Adds to what is committed together. */
type Add<R> = (rows: R) => void;

/** What goes into one transaction under a claim. */
export class Batch<R> {
  readonly #adds: Add<R>[] = [];
  /** Whether the claim is over with it. */
  isLast = false;
  /** Whether nothing more may be added. */
  isClosed = false;
  /** Resolves when it is committed. */
  committed: Promise<void> = Promise.resolve();

  add(add: Add<R>, isLast: boolean): void {
    this.#adds.push(add);
    this.isLast = isLast;
    this.isClosed = isLast;
  }

  /** Adds all of it to `rows`; nothing more may be added to it then. */
  addTo(rows: R): R {
    this.isClosed = true;
    for (const add of this.#adds) add(rows);
    return rows;
  }
}

/**
 * Gathers what is written under each claim. What is written in one turn of the event loop, or while the one before is
 * committed, is committed together. Nothing is committed of what follows something that could not be.
 * @param commit commits a batch, all or nothing
 */
export function claimWrites<R>(
  commit: (claim: Claim, batch: Batch<R>) => Promise<void>,
): (claim: Claim, add: Add<R>, isLast?: boolean) => Promise<void> {
  /** The newest batch of each claim, until it is committed. */
  const newest = new Map<string, Batch<R>>();

  const begin = (claim: Claim, key: string, before: Batch<R> | undefined): Batch<R> => {
    const batch = new Batch<R>();
    newest.set(key, batch);
    const committing = before
      ? before.committed.then(() => commit(claim, batch))
      : commit(claim, batch);
    batch.committed = committing.finally(() => {
      if (newest.get(key) === batch) newest.delete(key);
    });
    return batch;
  };

  return (claim, add, isLast = false) => {
    const key = `${claim.id}:${claim.fence}`;
    const before = newest.get(key);
    const batch = before && !before.isClosed ? before : begin(claim, key, before);
    batch.add(add, isLast);
    return batch.committed;
  };
}
