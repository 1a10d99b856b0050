import { type Acceptance, type Claim, ClaimLost, type RunQueue } from "../model/queue.ts";
import { ProcessStopping } from "../model/stopping.ts";
import { type Alarm, bellOf, timer } from "../model/bell.ts";
import { type ClaimedRunParts, doClaimedRun } from "./claimed-run.ts";

/** The parts that the worker needs, beside those of one run. */
export interface WorkerParts extends ClaimedRunParts {
  readonly queue: RunQueue;
  /** How many runs are under way at a time at first; a run that waits holds no slot. */
  readonly concurrency: number;
  /** Default: by a timer. */
  readonly alarm?: Alarm;
}

/**
 * Does the runs that no client waits for. A run that it accepts while there is room is claimed in the same transaction, and
 * begins when whoever waits for the acceptance has been told.
 */
export interface Worker extends Acceptance {
  /** Aborts the run if it is under way here. Its end must have been committed already by the caller. */
  cancel(run: string): void;
  /** From now on so many may be under way at a time. Runs that are under way go on, also where they are more. */
  resize(concurrency: number): void;
  /** Claims nothing more, begins no step; those in flight may end within `grace` milliseconds, then they are let go of. */
  stop(grace: number): Promise<void>;
}

/** How long to wait after the store failed, in milliseconds. */
const STORE_BREAK = 1_000;

/** Starts to do queued runs, oldest first. See docs/operation.md, "Queued runs". */
export function startWorker(parts: WorkerParts): Worker {
  const { queue, now, log, alarm = timer } = parts;
  let { concurrency } = parts;
  /** Runs that this worker has, until what becomes of them is committed. */
  const active = new Map<string, { control: AbortController; done: Promise<void> }>();
  /** How many of them have steps to do. */
  let working = 0;
  /** How many more may come of acceptances that are under way. */
  let expected = 0;
  /** What may bring claims: asking for them, and accepting runs. */
  const asking = new Set<Promise<readonly Claim[]>>();
  /** Runs that were canceled meanwhile: one that comes may be among them. */
  const canceled = new Set<string>();
  const draining = new AbortController();
  const bell = bellOf(alarm, now, () => wake());
  let claiming: Promise<void> | null = null;
  /** Whether something in the line may be claimable. */
  let missed = false;

  const isStopping = () => draining.signal.aborted;
  const free = () => concurrency - working - expected;
  const isWanted = () => missed && !isStopping() && free() > 0;

  const wake = () => {
    missed = true;
    claim();
  };
  const claim = () => {
    if (claiming !== null || !isWanted()) return;
    claiming = claimAll().finally(() => {
      claiming = null;
      claim();
    });
  };

  const after = (milliseconds: number) => new Date(now().getTime() + milliseconds);
  const wakeBefore = (time: Date | null) => {
    if (!isStopping()) bell.setBefore(time);
  };

  const claimAll = async () => {
    try {
      while (isWanted()) {
        missed = false;
        const most = free();
        const claims = await asked(queue.claim(most));
        if (claims.length === most) missed = true;
      }
      if (isStopping()) return;
      // Before it is asked: runs that begin to wait meanwhile set it themselves.
      bell.set(null);
      wakeBefore(await queue.nextWake());
    } catch (error) {
      missed = false;
      if (isStopping()) return;
      log.error({ err: error }, "queued runs can't be claimed");
      wakeBefore(after(STORE_BREAK));
    }
  };

  /** Begins what is claimed. */
  const asked = async (claims: Promise<readonly Claim[]>): Promise<readonly Claim[]> => {
    asking.add(claims);
    try {
      const all = await claims;
      for (const one of all) if (!canceled.has(one.id)) begin(one);
      return all;
    } finally {
      asking.delete(claims);
      if (asking.size === 0) canceled.clear();
    }
  };

  const begin = (claimed: Claim) => {
    const control = new AbortController();
    working++;
    let isWorking = true;
    const walked = () => {
      if (!isWorking) return;
      isWorking = false;
      working--;
      claim();
    };
    const hold = { signal: control.signal, draining: draining.signal, walked };
    const doing = async () => {
      await turn();
      const outcome = await doClaimedRun(claimed, hold, parts);
      walked();
      if (outcome === "left") await giveBack(claimed);
      else if (outcome !== "lost" && "until" in outcome) wakeBefore(outcome.until);
      active.delete(claimed.id);
    };
    active.set(claimed.id, { control, done: doing() });
  };

  /** A run that was let go of waits for a time, so that it is claimed again: now, or when the store may have recovered. */
  const giveBack = async (claimed: Claim) => {
    for (;;) {
      const until = isStopping() ? now() : after(STORE_BREAK);
      const wait = { id: claimed.id, status: "waiting", until, child: null } as const;
      try {
        await queue.wait(claimed, wait);
        return wakeBefore(until);
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
    async accept(runs, settles) {
      // Those that stand in the line already come first.
      const room = missed || isStopping() ? 0 : Math.max(0, Math.min(free(), runs.length));
      expected += room;
      try {
        await asked(queue.accept(runs, settles, room));
      } finally {
        expected -= room;
        claim();
      }
    },
    cancel(run) {
      if (asking.size > 0) canceled.add(run);
      active.get(run)?.control.abort();
    },
    resize(most) {
      concurrency = most;
      claim();
    },
    async stop(grace) {
      draining.abort();
      await Promise.allSettled([claiming, ...asking]);
      bell.set(null);
      const all = Promise.all([...active.values()].map(({ done }) => done));
      const late = setTimeout(() => {
        for (const { control } of active.values()) control.abort(new ProcessStopping());
      }, grace);
      await all;
      clearTimeout(late);
    },
  };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
