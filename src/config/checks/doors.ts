import type { Config } from "../../model/config.ts";
import { expressPath } from "../../model/express-path.ts";
import type { Problem } from "../../model/position.ts";
import type { PreActionTrigger } from "../../model/workflow.ts";
import type { CompiledWorkflow } from "../compile/workflow.ts";

/** Actions whose guard is worth nothing while records can be written another way. */
const WRITES: ReadonlySet<string> = new Set(["create", "update", "destroy"]);

/**
 * Other ways to write a collection that the upstream has, and that are open while a global workflow guards the collection's
 * create, update or destroy. One warning a way. See docs/security.md, "Other doors".
 */
export function openDoors(
  compiled: readonly CompiledWorkflow[],
  { upstream, closed }: Pick<Config, "upstream" | "closed">,
): Problem[] {
  const guards = compiled.flatMap(guardOf);
  const [first] = guards;
  if (first === undefined) return [];
  const shut = closed.map((path) => expressPath(path, upstream.caseSensitive));
  const { paths, actions } = upstream.api.doors;
  const openPaths = paths.filter((path) => {
    const sample = path
      .replace(/[:*]\w*/g, "x")
      .split("/")
      .slice(1);
    return !shut.some((matches) => matches(sample) !== null);
  });
  return [
    ...openPaths.map((path) =>
      problemAt(
        first,
        `${path} can write past workflow "${first.workflow.key}"; close it: closed: ["${path}"]`,
      ),
    ),
    ...openActions(guards, actions),
  ];
}

type Guard = CompiledWorkflow & { readonly trigger: PreActionTrigger };

/** The workflow itself when it guards a write of a collection. */
function guardOf(one: CompiledWorkflow): Guard[] {
  const { enabled, trigger } = one.workflow;
  if (!enabled || trigger.type !== "pre-action" || !trigger.global) return [];
  return trigger.actions.some((action) => WRITES.has(action)) ? [{ ...one, trigger }] : [];
}

/** Actions of the upstream's own that no guard of a guarded collection lists. */
function openActions(guards: readonly Guard[], actions: readonly string[]): Problem[] {
  const collections = new Set(guards.map(({ trigger }) => trigger.collection));
  return [...collections].flatMap((collection) => {
    const all = guards.filter(({ trigger }) => trigger.collection === collection);
    const guarded = new Set(all.flatMap(({ trigger }) => trigger.actions));
    const open = actions.filter((action) => !guarded.has(action));
    const [first] = all;
    if (open.length === 0 || first === undefined) return [];
    const message =
      `${open.map((action) => `${collection}:${action}`).join(", ")} can write past workflow ` +
      `"${first.workflow.key}"; add them to its actions`;
    return [problemAt(first, message)];
  });
}

const problemAt = ({ source, workflow }: Guard, message: string): Problem =>
  source.problem(["workflows", workflow.key, "trigger"], message);
