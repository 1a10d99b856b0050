import type { Action, Collection } from "../../model/action.ts";
import type { Trigger, Workflow } from "../../model/workflow.ts";
import { collectionAt } from "./association-path.ts";
import type { Mention } from "../../model/trigger-workflows.ts";

/**
 * Why a key that a request names was not run. The order is the order in which reasons are looked for. One that is `left` is
 * unknown here, and stays in the URL for the upstream's own workflows.
 */
export type SkipReason =
  "left" | "unknown" | "disabled" | "association" | "collection" | "action" | "role";

/** A key that was not run, and the first reason that holds. */
export interface Skip {
  readonly key: string;
  readonly reason: SkipReason;
}

/** A key that was not run, where the upstream has workflows of its own: what is unknown here is left to it. */
export const asLeft = (skip: Skip): Skip =>
  skip.reason === "unknown" ? { ...skip, reason: "left" } : skip;

/** The collection of requests that run workflows without a record: `POST /workflows:trigger`. */
const NO_COLLECTION = "workflows";

/**
 * The first reason not to run a named workflow, or null.
 * @param collections where the associations of the mention's path lead
 * @see docs/workflows.md, "Naming workflows"
 */
export function skipReason(
  workflow: Workflow | undefined,
  { path }: Mention,
  action: Action,
  roleName: string | null,
  collections: Readonly<Record<string, Collection>>,
): SkipReason | null {
  if (!workflow) return "unknown";
  if (!workflow.enabled) return "disabled";
  const { trigger } = workflow;
  // A pre-action has no use for an association.
  const along = trigger.type === "pre-action" ? [] : path;
  const bound = collectionAt(collections, action.collection, along);
  if (bound === null) return "association";
  if (collectionOf(trigger) !== bound) return "collection";
  if (!isBoundTo(trigger, action.name)) return "action";
  return mayName(trigger, roleName) ? null : "role";
}

/** The collection that a trigger is bound to; null for one that no action runs. */
function collectionOf(trigger: Trigger): string | null {
  return "collection" in trigger ? (trigger.collection ?? NO_COLLECTION) : null;
}

/** `trigger` runs custom actions and nothing else; nothing else runs them. */
function isBoundTo(trigger: Trigger, action: string): boolean {
  if (action === "trigger") return trigger.type === "custom-action";
  return "actions" in trigger && trigger.actions.includes(action);
}

function mayName(trigger: Trigger, roleName: string | null): boolean {
  const roles = "roles" in trigger ? trigger.roles : null;
  return roles === null || (roleName !== null && roles.includes(roleName));
}
