import type { Collection } from "../../model/action.ts";
import { didYouMean } from "../../model/nearest.ts";
import type { Problem } from "../../model/position.ts";
import type { CompiledWorkflow } from "../compile/workflow.ts";

/**
 * Problems of the associations that a trigger loads, where the upstream can't load them along with a record: the
 * configuration must then say where each leads. See docs/configuration.md, "Collections and routes".
 */
export function appendsProblems(
  { workflow: { key, trigger }, source }: CompiledWorkflow,
  collections: Readonly<Record<string, Collection>>,
): Problem[] {
  if (trigger.type !== "post-action" && trigger.type !== "custom-action") return [];
  const { collection, appends } = trigger;
  if (collection === null) return [];
  return appends.flatMap((path, index) => {
    const message = deadEnd(collection, path.split("."), collections);
    if (message === null) return [];
    return [source.problem(["workflows", key, "trigger", "appends", index], message)];
  });
}

/** Why a path of associations leads nowhere, or null. */
function deadEnd(
  collection: string,
  [name, ...further]: readonly string[],
  collections: Readonly<Record<string, Collection>>,
): string | null {
  if (name === undefined) return null;
  const known = Object.hasOwn(collections, collection) ? collections[collection] : undefined;
  const associations = new Map(Object.entries(known?.associations ?? {}));
  const association = associations.get(name);
  if (association) return deadEnd(association.collection, further, collections);
  const hint = didYouMean(name, [...associations.keys()]);
  const right = hint || `; name it under collections.${collection}.associations`;
  return `${collection} has no association "${name}"${right}`;
}
