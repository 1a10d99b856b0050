import type { Action } from "../model/action.ts";
import { type Workflow, isAroundAction } from "../model/workflow.ts";
import type { Mention } from "./trigger-workflows.ts";

/** Why a key that a request names was not run. The order is the order in which reasons are looked for. */
export type SkipReason = "unknown" | "disabled" | "association" | "collection" | "action" | "role";

/** A key that was not run, and the first reason that holds. */
export interface Skip {
  readonly key: string;
  readonly reason: SkipReason;
}

/** What is to happen around one action. */
export interface Plan {
  /** Pre-action workflows, in the order in which they run. */
  readonly before: readonly Workflow[];
  readonly skipped: readonly Skip[];
}

/** Workflows by what a plan asks for. Made once, when the configuration is loaded. */
export interface WorkflowIndex {
  readonly byKey: ReadonlyMap<string, Workflow>;
  /** Enabled global ones, by `collection:action`, in the order of the configuration. */
  readonly globals: ReadonlyMap<string, readonly Workflow[]>;
}

/** Indexes workflows for `plan`. */
export function indexWorkflows(workflows: readonly Workflow[]): WorkflowIndex {
  const globals = new Map<string, Workflow[]>();
  for (const workflow of workflows) {
    const { enabled, trigger } = workflow;
    if (!enabled || !isAroundAction(trigger) || !trigger.global) continue;
    const { collection, actions } = trigger;
    for (const action of new Set(actions)) {
      const place = `${collection}:${action}`;
      globals.set(place, [...(globals.get(place) ?? []), workflow]);
    }
  }
  return { byKey: new Map(workflows.map((workflow) => [workflow.key, workflow])), globals };
}

/**
 * Which workflows run around an action: the local ones in the order of the mentions, then the global ones in the order
 * of the configuration. A global one that is named runs once, in its global place.
 */
export function plan(
  { byKey, globals }: WorkflowIndex,
  action: Action,
  mentions: readonly Mention[],
  roleName: string | null,
): Plan {
  const locals: Workflow[] = [];
  const skipped: Skip[] = [];
  for (const { key } of mentions) {
    const workflow = byKey.get(key);
    const reason = skipReason(workflow, action, roleName);
    if (reason !== null) skipped.push({ key, reason });
    else if (workflow && !("global" in workflow.trigger && workflow.trigger.global))
      locals.push(workflow);
  }
  const guards = globals.get(`${action.collection}:${action.name}`) ?? [];
  return { before: [...locals, ...guards], skipped };
}

/** The first reason not to run a named workflow, or null. A pre-action has no use for an association. */
function skipReason(
  workflow: Workflow | undefined,
  action: Action,
  roleName: string | null,
): SkipReason | null {
  if (!workflow) return "unknown";
  if (!workflow.enabled) return "disabled";
  if (!isAroundAction(workflow.trigger)) return "collection";
  const { collection, actions, roles } = workflow.trigger;
  if (collection !== action.collection) return "collection";
  if (!actions.includes(action.name)) return "action";
  if (roles !== null && (roleName === null || !roles.includes(roleName))) return "role";
  return null;
}
