import { type Skip, skipReason } from "./hooks/plan/skip.ts";
import { WHY_SKIPPED } from "./hooks/plan/skip-errors.ts";
import type { Action } from "./model/action.ts";
import type { Config } from "./model/config.ts";
import type { NotRun } from "./model/explanation.ts";
import { didYouMean } from "./model/nearest.ts";
import type { Workflow } from "./model/workflow.ts";
import { triggerTypes } from "./triggers/index.ts";

/** What is known of the request. */
interface Looked {
  readonly action: Action | null;
  /** Keys that it names in vain. */
  readonly skipped: readonly Skip[];
  readonly ran: ReadonlySet<string>;
  readonly roleName: string | null;
}

/** All that a request does not run: the keys that it names in vain, in their order, then the other workflows in theirs. */
export function notRun(config: Config, { action, skipped, ran, roleName }: Looked): NotRun[] {
  const { workflows } = config;
  const byKey = new Map(workflows.map((workflow) => [workflow.key, workflow]));
  const named = new Set(skipped.map(({ key }) => key));
  return [
    ...skipped.map(({ key, reason }) => {
      const workflow = byKey.get(key);
      const hint =
        workflow === undefined ? didYouMean(key, [...byKey.keys()]) : roles(workflow, reason);
      return { workflow: key, why: `is named, and ${WHY_SKIPPED[reason]}${hint}` };
    }),
    ...workflows
      .filter(({ key }) => !ran.has(key) && !named.has(key))
      .map((workflow) => ({
        workflow: workflow.key,
        why: why(config, workflow, action, roleName),
      })),
  ];
}

function roles({ trigger }: Workflow, reason: Skip["reason"]): string {
  const allowed = "roles" in trigger ? trigger.roles : null;
  return reason === "role" && allowed !== null ? `; it is for ${allowed.join(", ")}` : "";
}

function why(
  { collections }: Config,
  workflow: Workflow,
  action: Action | null,
  roleName: string | null,
): string {
  const { key, enabled, trigger } = workflow;
  const runs = `it runs ${triggerTypes.get(trigger.type)?.when(trigger, key) ?? ""}`;
  if (!enabled) return WHY_SKIPPED.disabled;
  if (!("collection" in trigger)) return `is not for actions: ${runs}`;
  if (action === null) return `is not concerned: ${runs}`;
  const reason = skipReason(workflow, { key, path: [] }, action, roleName, collections);
  return reason === null || reason === "role"
    ? `is not named: ?triggerWorkflows=${key}`
    : `${WHY_SKIPPED[reason]}; ${runs}`;
}
