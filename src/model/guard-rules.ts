import type { BodyRule } from "./body.ts";
import type { Workflow } from "./workflow.ts";

/** How bodies at a guarded collection are read: `any` only where all of its guards let any pass. */
export type GuardRule = Extract<BodyRule, "guarded" | "any">;

/**
 * By collection, for those that an enabled global pre-action workflow looks at, whatever the action: by a method override
 * a body could ask for another.
 */
export function guardRules(workflows: readonly Workflow[]): ReadonlyMap<string, GuardRule> {
  const rules = new Map<string, GuardRule>();
  for (const { enabled, trigger } of workflows) {
    if (!enabled || trigger.type !== "pre-action" || !trigger.global) continue;
    const { collection, bodies } = trigger;
    const lets = bodies === "any" && rules.get(collection) !== "guarded";
    rules.set(collection, lets ? "any" : "guarded");
  }
  return rules;
}
