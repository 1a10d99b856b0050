import type { IncomingMessage } from "node:http";
import type { Action } from "../../model/action.ts";
import type { BodyRule } from "../../model/body.ts";
import type { Workflow } from "../../model/workflow.ts";
import type { WorkflowIndex } from "./plan.ts";

/**
 * How the body of a request is read: strictly where a write is guarded; a form with files only where a pre-action looks at
 * it.
 * @param before the pre-actions that run on it
 */
export function bodyRule(
  { guardRules }: WorkflowIndex,
  { method }: IncomingMessage,
  { collection }: Action,
  before: readonly Workflow[],
): BodyRule {
  const guard = guardRules.get(collection);
  const writes = method !== "GET" && method !== "HEAD";
  if (guard === "guarded" && writes) return guard;
  if (before.length > 0) return before.every(letAny) ? "any" : "forms";
  return guard === "any" ? "any" : "plain";
}

const letAny = ({ trigger }: Workflow): boolean =>
  trigger.type === "pre-action" && trigger.bodies === "any";
