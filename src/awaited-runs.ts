import type { History } from "./model/history.ts";
import type { Log } from "./model/log.ts";
import type { Acceptance, RunAfterFailure } from "./model/queue.ts";
import type { RunWorkflow } from "./model/run.ts";
import { logErred } from "./model/run-log.ts";
import { recorded } from "./store/recorded.ts";

/** The parts of runs that a client waits for. */
export interface AwaitedRunParts {
  readonly run: RunWorkflow;
  readonly history: Pick<History, "begin" | "finish">;
  readonly afterFailure: RunAfterFailure;
  readonly acceptance: Acceptance;
  readonly log: Pick<Log, "error">;
}

/**
 * A runner for runs that a client waits for: they are recorded. Those that err are logged, and the run that this causes is
 * accepted.
 */
export function awaitedRuns({
  run,
  history,
  afterFailure,
  acceptance,
  log,
}: AwaitedRunParts): RunWorkflow {
  const kept = recorded(run, history);
  return async (workflow, start, watch) => {
    const end = await kept(workflow, start, watch);
    const ended = { ...start, workflow: workflow.key };
    logErred(log, ended, end);
    const causes = afterFailure(ended, end);
    if (causes === null) return end;
    await acceptance.accept([causes]).catch((error: unknown) => {
      const fields = { run: start.id, workflow: workflow.key, err: error };
      log.error(fields, "the run of onFailure can't be queued");
    });
    return end;
  };
}
