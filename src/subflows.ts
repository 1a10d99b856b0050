import type { RunQueue } from "./model/queue.ts";
import type { RunWorkflow } from "./model/run.ts";
import type { Subflows } from "./model/subflows.ts";
import type { Workflow } from "./model/workflow.ts";

/** Makes the parts by which workflows run other workflows. */
export function openSubflows(
  workflowOf: (key: string) => Workflow | undefined,
  run: RunWorkflow,
  queue: Pick<RunQueue, "accept" | "ended">,
): Subflows {
  return {
    find(key) {
      const workflow = workflowOf(key);
      return workflow?.enabled && workflow.trigger.type === "subflow" ? workflow : null;
    },
    run,
    async accept(child) {
      await queue.accept([child]);
    },
    ended: queue.ended,
  };
}
