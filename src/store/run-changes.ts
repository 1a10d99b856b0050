import type { RunSummary } from "../model/history.ts";
import type { RunChange, RunChanges } from "../model/run-changes.ts";
import type { AdvancedRow, EndedRow, Job, Outcome, WaitRow } from "./jobs.ts";
import type { Committer } from "./writer.ts";

/** The same committer; what it commits is told of. */
export type Announce = (committer: Committer) => Committer;

/** Where the store's changes are gathered. */
export interface ChangeGathering extends RunChanges {
  readonly announced: Announce;
  /** Nothing is told any more. */
  close(): void;
}

/** Runs that are told of together, at most. */
const MOST = 200;

/** Milliseconds between two tellings, at least. */
const PAUSE = 250;

/** Gathers what a committer commits. @param summaries reads runs by their ids */
export function gatherChanges(
  summaries: (ids: readonly string[]) => Promise<readonly RunSummary[]>,
): ChangeGathering {
  const listeners = new Set<(change: RunChange) => void>();
  let ids = new Set<string>();
  let more = false;
  let timer: NodeJS.Timeout | null = null;
  let toldAt = -Infinity;

  const committed = (jobs: readonly Job[], outcomes: readonly Outcome[]) => {
    if (listeners.size === 0) return;
    for (const [at, job] of jobs.entries()) {
      const outcome = outcomes[at];
      if (outcome === undefined || !("given" in outcome)) continue;
      const changed = changedBy(job, outcome.given);
      for (const id of changed ?? []) {
        if (ids.size < MOST) ids.add(id);
        else more ||= !ids.has(id);
      }
      more ||= changed === null;
    }
    if (ids.size > 0 || more)
      timer ??= setTimeout(tell, Math.max(0, toldAt + PAUSE - performance.now()));
  };

  const tell = () => {
    toldAt = performance.now();
    timer = null;
    const told = { ids: [...ids], more };
    ids = new Set();
    more = false;
    summaries(told.ids).then(
      (runs) => {
        for (const listener of listeners) listener({ runs, more: told.more });
      },
      // The store is about to close, or can't be read: whoever asks it is told.
      () => {},
    );
  };

  const stop = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    ids.clear();
    more = false;
  };
  return {
    announced: (committer) => ({
      ...committer,
      async commit(order, load) {
        const outcomes = await committer.commit(order, load);
        committed(order.jobs, outcomes);
        return outcomes;
      },
    }),
    listen(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) stop();
      };
    },
    close() {
      listeners.clear();
      stop();
    },
  };
}

/** Ids of the runs that a job has changed; null: it is not known here which. */
function changedBy(job: Job, given: unknown): readonly string[] | null {
  switch (job.kind) {
    case "add":
      return [job.run.id];
    case "end":
      return [job.end.id];
    case "accept":
    case "deliver":
      return job.runs.map(({ id }) => id);
    case "claim":
      return (given as readonly { readonly id: string }[]).map(({ id }) => id);
    case "keep":
      return job.over === null ? [] : [job.claim.run, ...causedBy(job.over)];
    case "advance":
      return (given as AdvancedRow).added;
    case "cancel":
      return (given as { readonly canceled: readonly string[] }).canceled;
    case "answer":
      return job.given === null ? [] : [job.place.run];
    case "dismiss":
    case "resume":
      return [job.id];
    case "replay":
      return [job.run.id, job.of];
    case "unconfirm":
    case "recover":
      return given === 0 ? [] : null;
    default:
      return [];
  }
}

const causedBy = (over: WaitRow | EndedRow): readonly string[] =>
  "causes" in over && over.causes !== null ? [over.causes.run.id] : [];
