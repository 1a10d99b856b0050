import type { RunCount } from "../model/history.ts";
import type { Workflow } from "../model/workflow.ts";

/** A workflow as `GET /workflows` tells it. */
export interface WorkflowSummary {
  readonly key: string;
  readonly title: string | null;
  readonly enabled: boolean;
  /** Its type: `pre-action`. */
  readonly trigger: string;
  /** How many it has, without those that stand inside others. */
  readonly steps: number;
  /** How many of its runs are kept, by status; those with none are left out: `{ succeeded: 2 }`. */
  readonly runs: Readonly<Record<string, number>>;
}

/** All workflows, in the order of the configuration. */
export function workflowList(
  workflows: readonly Workflow[],
  counts: readonly RunCount[],
): readonly WorkflowSummary[] {
  const runs = runsByWorkflow(counts);
  return workflows.map(({ key, title, enabled, trigger, steps }) => ({
    key,
    title,
    enabled,
    trigger: trigger.type,
    steps: steps.length,
    runs: runs.get(key) ?? {},
  }));
}

/** `check-title` → `{ succeeded: 2 }`. */
function runsByWorkflow(counts: readonly RunCount[]): Map<string, Record<string, number>> {
  const byWorkflow = new Map<string, Record<string, number>>();
  for (const { workflow, status, runs } of counts) {
    byWorkflow.set(workflow, { ...byWorkflow.get(workflow), [status]: runs });
  }
  return byWorkflow;
}
