import type { EndedRun, NewRun } from "./queue.ts";
import type { RunEnd, RunStart } from "./run.ts";
import type { Workflow } from "./workflow.ts";

/** Workflows that workflows run. */
export interface Subflows {
  /** An enabled workflow with the trigger `subflow`; null when no such workflow has this key. */
  find(key: string): Workflow | null;
  /** Runs one at once, recorded as a run of its own. */
  run(workflow: Workflow, start: RunStart): Promise<RunEnd>;
  /** Commits one as `queued`; one of the same id is there already after a crash, and is left as it is. */
  accept(run: NewRun): Promise<void>;
  /** How a queued one ended; null while it has not. */
  ended(id: string): Promise<EndedRun | null>;
}
