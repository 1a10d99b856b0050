import type { Route } from "../../model/action.ts";
import { expressPath } from "../../model/express-path.ts";
import type { Problem } from "../../model/position.ts";
import type { UpstreamTypes } from "../../model/upstream-types.ts";
import { isAroundAction } from "../../model/workflow.ts";
import type { CompiledWorkflow } from "../compile/workflow.ts";

/**
 * Paths of the OpenAPI document that may lead past a global workflow, since neither the preset's form nor a route says them. See
 * docs/types.md.
 */
export function unroutedPaths(
  { workflow: { key, enabled, trigger }, source }: CompiledWorkflow,
  types: UpstreamTypes,
  routes: readonly Route[],
): Problem[] {
  if (!enabled || !isAroundAction(trigger) || !trigger.global) return [];
  const { collection } = trigger;
  const known = routes.flatMap((route) =>
    route.collection === collection ? [expressPath(route.path, false)] : [],
  );
  const isKnown = (path: string) => {
    const words = path
      .replace(/\{[^{}]*\}/g, "x")
      .split("/")
      .filter(Boolean);
    return known.some((matches) => matches(words) !== null);
  };
  const open = [...new Set(types.get(collection)?.unrouted)].filter((path) => !isKnown(path));
  return open.map((path) => {
    const message = `the document has the path "${path}", which is not known to be about "${collection}"; if it is, name it in routes`;
    return source.problem(["workflows", key, "trigger", "collection"], message);
  });
}
