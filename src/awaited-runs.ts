import type { History } from "./model/history.ts";
import type { Log } from "./model/log.ts";
import type { RunWorkflow } from "./model/run.ts";
import { logErred } from "./model/run-log.ts";
import { recorded } from "./store/recorded.ts";

/** A runner for runs that a client waits for: they are recorded, and those that err are logged. */
export function awaitedRuns(
  run: RunWorkflow,
  history: Pick<History, "begin" | "finish">,
  log: Pick<Log, "error">,
): RunWorkflow {
  const kept = recorded(run, history);
  return async (workflow, start, watch) => {
    const end = await kept(workflow, start, watch);
    logErred(log, { ...start, workflow: workflow.key }, end);
    return end;
  };
}
