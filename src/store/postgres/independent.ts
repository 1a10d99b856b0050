import type { Job } from "../jobs.ts";

/**
 * Jobs in their order; those that know nothing of each other can be said at once, so that a round trip serves many.
 *
 *     add, add, prune, keep, add → [add, add], [prune], [keep, add]
 */
export function* besideEachOther(jobs: readonly Job[]): Generator<readonly Job[]> {
  let first = 0;
  for (const [at, job] of jobs.entries()) {
    const next = jobs[at + 1];
    if (next !== undefined && isIndependent(job) && isIndependent(next)) continue;
    yield jobs.slice(first, at + 1);
    first = at + 1;
  }
}

/**
 * Whether a job writes rows of runs of its own alone, and reads none that another such job writes. What jobs do to lanes comes
 * after them.
 */
function isIndependent(job: Job): boolean {
  switch (job.kind) {
    case "add":
    case "end":
    case "open":
      return true;
    case "accept":
      // Of one debounce key, each must see those before it.
      return job.runs.every(({ debounce }) => debounce === null);
    case "keep": {
      const { over } = job;
      if (over === null) return true;
      // A parent and its child must each see what the other has done.
      return "until" in over ? over.child === null : over.sealed === null && over.causes === null;
    }
    default:
      return false;
  }
}
