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
}

/** All workflows, in the order of the configuration. */
export function workflowList(workflows: readonly Workflow[]): readonly WorkflowSummary[] {
  return workflows.map(({ key, title, enabled, trigger, steps }) => ({
    key,
    title,
    enabled,
    trigger: trigger.type,
    steps: steps.length,
  }));
}
