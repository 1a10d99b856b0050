import { type Claim, ClaimLost, type RunQueue } from "../model/queue.ts";
import { ProcessStopping } from "../model/stopping.ts";
import { type ClaimedRunParts, doClaimedRun } from "./claimed-run.ts";

/** The parts that the worker needs, beside those of one run. */
export interface WorkerParts extends ClaimedRunParts {
  readonly queue: RunQueue;
  /** How many runs are under way at a time; a run that waits holds no slot. */
  readonly concurrency: number;
  /** Rings in so many milliseconds, at most once. Gives what takes that back. Default: by a timer. */
  readonly alarm?: (milliseconds: number, ring: () => void) => () => void;
}

/** Does the runs that wait in the queue. */
export interface Worker {
  /** Aborts the run if it is under way here. Its end must have been committed already by the caller. */
  cancel(run: string): void;
  /** Claims nothing more, begins no step; those in flight may end within `grace` milliseconds, then they are let go of. */
  stop(grace: number): Promise<void>;
}

/** How long to wait after the store failed, in milliseconds. */
const STORE_BREAK = 1_000;

/** How often the clock is looked at while runs wait for a time, in milliseconds: it may be set, or the machine suspended. */
const LOOK_AT_CLOCK = 30_000;

/** Starts to do queued runs, oldest first. See docs/operation.md, "Queued runs". */
export function startWorker(parts: WorkerParts): Worker {
  const { queue, concurrency, now, log, alarm = timer } = parts;
  const active = new Map<string, { control: AbortController; done: Promise<void> }>();
  const draining = new AbortController();
  let silence: (() => void) | null = null;
  let claiming: Promise<void> | null = null;
  /** Whether something may have become claimable since the last claim began. */
  let missed = false;
  /** Runs that were canceled since the last claim began: one that it brings may be among them. */
  const canceled = new Set<string>();

  const isStopping = () => draining.signal.aborted;
  const isWanted = () => missed && !isStopping() && active.size < concurrency;

  const wake = () => {
    missed = true;
    claiming ??= claimAll().finally(() => {
      claiming = null;
      if (isWanted()) wake();
    });
  };

  const claimAll = async () => {
    try {
      while (isWanted()) {
        missed = false;
        const free = concurrency - active.size;
        canceled.clear();
        const claims = await queue.claim(free);
        for (const claim of claims) if (!canceled.has(claim.id)) begin(claim);
        if (claims.length === free) missed = true;
      }
      if (!isStopping() && active.size < concurrency) wakeAt(await queue.nextWake());
    } catch (error) {
      missed = false;
      if (isStopping()) return;
      log.error({ err: error }, "queued runs can't be claimed");
      wakeAt(new Date(now().getTime() + STORE_BREAK));
    }
  };

  const wakeAt = (time: Date | null) => {
    silence?.();
    if (time === null) return;
    const left = time.getTime() - now().getTime();
    silence = alarm(Math.min(Math.max(0, left), LOOK_AT_CLOCK), wake);
  };

  const begin = (claim: Claim) => {
    const control = new AbortController();
    const done = doClaimedRun(claim, control, draining.signal, parts).then(async (outcome) => {
      if (outcome === "left") await giveBack(claim);
      active.delete(claim.id);
      if (!isStopping()) wake();
    });
    active.set(claim.id, { control, done });
  };

  /** A run that was let go of waits for a time, so that it is claimed again: now, or when the store may have recovered. */
  const giveBack = async (claim: Claim) => {
    for (;;) {
      const until = new Date(now().getTime() + (isStopping() ? 0 : STORE_BREAK));
      try {
        return await queue.wait(claim, { id: claim.id, status: "waiting", until, child: null });
      } catch (error) {
        // Where even that can't be written, the next start finds it.
        if (isStopping() || error instanceof ClaimLost) return;
        await new Promise((resolve) => setTimeout(resolve, STORE_BREAK));
      }
    }
  };

  queue.onWork(wake);
  wake();
  return {
    cancel(run) {
      canceled.add(run);
      active.get(run)?.control.abort();
    },
    async stop(grace) {
      draining.abort();
      await claiming;
      silence?.();
      const all = Promise.all([...active.values()].map(({ done }) => done));
      const late = setTimeout(() => {
        for (const { control } of active.values()) control.abort(new ProcessStopping());
      }, grace);
      await all;
      clearTimeout(late);
    },
  };
}

function timer(milliseconds: number, ring: () => void): () => void {
  const timeout = setTimeout(ring, milliseconds);
  return () => clearTimeout(timeout);
}
