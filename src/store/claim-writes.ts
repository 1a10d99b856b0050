import type { Claim } from "../model/queue.ts";

/** Adds to what is committed together. */
type Add<R> = (rows: R) => void;

/** What goes into one transaction. */
interface Batch<R> {
  readonly adds: Add<R>[];
  /** Whether nothing more may be added: it is on its way, or the claim is over with it. */
  isClosed: boolean;
  readonly committed: Promise<void>;
}

/**
 * Gathers what is written under each claim. What is written in one turn of the event loop, or while the one before is
 * committed, is committed together. Nothing is committed of what follows something that could not be.
 * @param commit commits what `take` gives, all or nothing. It calls `take` when the commit is about to begin
 */
export function claimWrites<R>(
  commit: (claim: Claim, take: () => readonly Add<R>[]) => Promise<void>,
): (claim: Claim, add: Add<R>, isLast?: boolean) => Promise<void> {
  /** The newest batch of each claim, until it is committed. */
  const newest = new Map<string, Batch<R>>();

  const begin = (claim: Claim, key: string, before: Batch<R> | undefined): Batch<R> => {
    const adds: Add<R>[] = [];
    const take = () => {
      batch.isClosed = true;
      return adds;
    };
    const send = before ? before.committed.then(() => commit(claim, take)) : commit(claim, take);
    const done = () => {
      if (newest.get(key) === batch) newest.delete(key);
    };
    const batch: Batch<R> = { adds, isClosed: false, committed: send.finally(done) };
    newest.set(key, batch);
    return batch;
  };

  return (claim, add, isLast = false) => {
    const key = `${claim.id}:${claim.fence}`;
    const before = newest.get(key);
    const batch = before && !before.isClosed ? before : begin(claim, key, before);
    batch.adds.push(add);
    if (isLast) batch.isClosed = true;
    return batch.committed;
  };
}
