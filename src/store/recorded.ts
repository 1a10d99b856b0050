import type { History } from "../model/history.ts";
import type { RunWorkflow, StepRecord } from "../model/run.ts";

/**
 * A runner whose runs are recorded. A run whose steps act is recorded when it begins, so that a crash leaves it
 * `interrupted`; every run when it has ended. That is not waited for, unless the store lags behind.
 * @throws {GatewayError} STORE_UNAVAILABLE when a run that acts can't be recorded: then it is not made
 */
export function recorded(
  run: RunWorkflow,
  history: Pick<History, "begin" | "finish">,
): RunWorkflow {
  return async (workflow, start, watch) => {
    const steps: StepRecord[] = [];
    if (workflow.acts) await history.begin(workflow, start);
    const end = await run(workflow, start, {
      step(record) {
        steps.push(record);
        return watch?.step(record);
      },
    });
    await history.finish(workflow, start, end, steps);
    return end;
  };
}
