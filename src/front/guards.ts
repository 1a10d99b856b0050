import type { BodyRule } from "../model/body.ts";
import { guardRules } from "../model/guard-rules.ts";
import { type Workflow, isAroundAction } from "../model/workflow.ts";

/** Which collections and actions enabled global workflows guard. */
export interface Guards {
  /** Whether any collection is guarded. */
  readonly any: boolean;
  /** Whether any action of the collection is guarded. */
  collection(name: string): boolean;
  action(collection: string, action: string): boolean;
  /** How bodies at the collection are read; null where only post-actions look at it, or none. */
  bodies(collection: string): BodyRule | null;
}

/** Made once: a look is two Map look-ups. Names are those of `Recognised`, spelt as the configuration spells them. */
export function guardsOf(workflows: readonly Workflow[]): Guards {
  const guarded = new Map<string, Set<string>>();
  const rules = guardRules(workflows);
  for (const { enabled, trigger } of workflows) {
    if (!enabled || !isAroundAction(trigger) || !trigger.global) continue;
    const actions = guarded.get(trigger.collection) ?? new Set();
    guarded.set(trigger.collection, actions);
    for (const action of trigger.actions) actions.add(action);
  }
  return {
    any: guarded.size > 0,
    collection: (name) => guarded.has(name),
    action: (collection, action) => guarded.get(collection)?.has(action) ?? false,
    bodies: (collection) => rules.get(collection) ?? null,
  };
}
