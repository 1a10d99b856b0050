import type { Action, Collection } from "../../model/action.ts";
import { type GuardRule, guardRules } from "../../model/guard-rules.ts";
import {
  type CustomActionTrigger,
  type PostActionTrigger,
  type Trigger,
  type Workflow,
  isAroundAction,
} from "../../model/workflow.ts";
import { type Skip, skipReason } from "./skip.ts";
import type { Mention } from "../../model/trigger-workflows.ts";

/** A workflow that a request runs on a record, or on one that associations lead to from there. */
export interface Planned<T extends Trigger> {
  readonly workflow: Workflow;
  readonly trigger: T;
  /** Association names, outermost first; `[]` is the record itself. */
  readonly path: readonly string[];
}

/** The workflows of one request, in the order in which they run. */
export interface Plan {
  /** Pre-action workflows. */
  readonly before: readonly Workflow[];
  /** Post-action workflows, sync and async. */
  readonly after: readonly Planned<PostActionTrigger>[];
  /** Custom-action workflows of a `trigger` request, sync and async. */
  readonly custom: readonly Planned<CustomActionTrigger>[];
  readonly skipped: readonly Skip[];
}

/** The workflows, indexed for `plan`. Made once, when the configuration is loaded. */
export interface WorkflowIndex {
  readonly byKey: ReadonlyMap<string, Workflow>;
  /** Enabled global ones, by `collection:action`, in the order of the configuration. */
  readonly globals: ReadonlyMap<string, readonly Workflow[]>;
  readonly collections: Readonly<Record<string, Collection>>;
  /** How bodies at guarded collections are read. */
  readonly guardRules: ReadonlyMap<string, GuardRule>;
}

/** Indexes workflows for `plan`. */
export function indexWorkflows(
  workflows: readonly Workflow[],
  collections: Readonly<Record<string, Collection>>,
): WorkflowIndex {
  const globals = new Map<string, Workflow[]>();
  for (const workflow of workflows) {
    const { enabled, trigger } = workflow;
    if (!enabled || !isAroundAction(trigger) || !trigger.global) continue;
    const { collection, actions } = trigger;
    for (const action of new Set(actions)) {
      const name = `${collection}:${action}`;
      globals.set(name, [...(globals.get(name) ?? []), workflow]);
    }
  }
  const byKey = new Map(workflows.map((workflow) => [workflow.key, workflow]));
  return { byKey, globals, collections, guardRules: guardRules(workflows) };
}

/**
 * Which workflows run on a request, each by its own type: those that it names in their order, then the global ones in the
 * order of the configuration. A global one that is named runs once, in its global place.
 */
export function plan(
  { byKey, globals, collections }: WorkflowIndex,
  action: Action,
  mentions: readonly Mention[],
  roleName: string | null,
): Plan {
  const everywhere = globals.get(`${action.collection}:${action.name}`) ?? [];
  const skipped: Skip[] = [];
  const run: { workflow: Workflow; path: readonly string[] }[] = [];
  for (const mention of mentions) {
    const { key, path } = mention;
    const workflow = byKey.get(key);
    const reason = skipReason(workflow, mention, action, roleName, collections);
    if (reason !== null) skipped.push({ key, reason });
    else if (workflow && !everywhere.includes(workflow)) run.push({ workflow, path });
  }
  run.push(...everywhere.map((workflow) => ({ workflow, path: [] })));

  const before: Workflow[] = [];
  const after: Planned<PostActionTrigger>[] = [];
  const custom: Planned<CustomActionTrigger>[] = [];
  for (const { workflow, path } of run) {
    const { trigger } = workflow;
    if (trigger.type === "pre-action") before.push(workflow);
    if (trigger.type === "post-action") after.push({ workflow, trigger, path });
    if (trigger.type === "custom-action") custom.push({ workflow, trigger, path });
  }
  return { before, after, custom, skipped };
}
