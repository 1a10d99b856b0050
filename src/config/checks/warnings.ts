import { KNOWN_ACTIONS } from "../../model/action.ts";
import type { Config } from "../../model/config.ts";
import { FILTER_OPERATORS } from "../../model/filter-operators.ts";
import { didYouMean, nearest } from "../../model/nearest.ts";
import type { Problem } from "../../model/position.ts";
import { isAroundAction } from "../../model/workflow.ts";
import { deadSteps } from "./dead-steps.ts";
import { openDoors } from "./doors.ts";
import { idleWorkflows } from "./idle-workflows.ts";
import { unreadValues } from "./unread-values.ts";
import type { Path, Source } from "../yaml/source.ts";
import type { CompiledWorkflow } from "../compile/workflow.ts";

/** The sections that warnings depend on. */
type Sections = Pick<Config, "upstream" | "closed" | "routes" | "identity">;

/** Possible mistakes, with which the gateway can still run. */
export function warningsOf(
  main: Source,
  compiled: readonly CompiledWorkflow[],
  sections: Sections,
): Problem[] {
  return [
    ...repeatedPrefix(main, sections),
    ...oddPointers(main, sections),
    ...openDoors(compiled, sections),
    ...compiled.flatMap(writtenOut),
    ...compiled.flatMap((one) => oddActions(one, sections)),
    ...compiled.flatMap((one) => unreachable(one, sections)),
    ...compiled.flatMap((one) => oddOperators(one, sections)),
    ...compiled.flatMap(openToAll),
    ...idleWorkflows(compiled, sections),
    ...compiled.flatMap(deadSteps),
    ...compiled.flatMap(unreadValues),
    ...compiled.flatMap(({ doubts }) => doubts),
  ];
}

const writtenOut = ({ workflow, source, writtenSecrets }: CompiledWorkflow): Problem[] =>
  writtenSecrets.map(({ path }) =>
    source.problem(
      ["workflows", workflow.key, ...path],
      "a secret is written out; write ${NAME}, an environment variable, or secrets.NAME in an expression",
    ),
  );

/** The prefix is appended to the path of `upstream.url`, so that one that stands there already is sent twice. */
function repeatedPrefix(main: Source, { upstream }: Sections): Problem[] {
  const { prefix } = upstream.api;
  if (prefix === "/" || !upstream.url.endsWith(prefix)) return [];
  const message = `ends with the prefix ${prefix}, which is appended to it: ${upstream.url}${prefix}`;
  return [main.problem(["upstream", "url"], message)];
}

/** The facts that are JSON pointers (RFC 6901). */
const POINTERS = ["record", "values"] as const;

function oddPointers(main: Source, { upstream }: Sections): Problem[] {
  return POINTERS.flatMap((name) => {
    const pointer = upstream.api[name];
    if (pointer === "" || pointer.startsWith("/")) return [];
    const message = `is not a JSON pointer; did you mean "/${pointer}"?`;
    return [main.problem(["upstream", "api", name], message)];
  });
}

/** An action that clients are not known to send may be a known one, mistyped. */
function oddActions(
  { workflow: { key, trigger }, source }: CompiledWorkflow,
  { upstream, routes }: Sections,
): Problem[] {
  if (!isAroundAction(trigger)) return [];
  const known = [
    ...KNOWN_ACTIONS,
    ...upstream.api.doors.actions,
    ...routes.map(({ action }) => action),
  ];
  return trigger.actions.flatMap((action, at) => {
    const near = known.includes(action) ? null : nearest(action, known);
    if (near === null) return [];
    const message = `"${action}" is an action of the upstream's own; did you mean "${near}"?`;
    return [source.problem(["workflows", key, "trigger", "actions", at], message)];
  });
}

/** A filter with an unknown operator errs when its step runs. Operators that only the upstream evaluates count as known. */
function oddOperators({ written, source }: CompiledWorkflow, { upstream }: Sections): Problem[] {
  const { filter } = upstream.api;
  if (filter !== null && filter.operators === null) return [];
  const look = (value: unknown, path: Path): Problem[] => {
    if (typeof value !== "object" || value === null) return [];
    return Object.entries(value).flatMap(([name, item]) => {
      const at = [...path, Array.isArray(value) ? Number(name) : name];
      if (!name.startsWith("$") || KNOWN_OPERATORS.has(name)) return look(item, at);
      const hint =
        didYouMean(name, FILTER_OPERATORS) || `; known are ${FILTER_OPERATORS.join(", ")}`;
      return [source.problem(path, `unknown operator "${name}"${hint}`, { key: name })];
    });
  };
  return written.flatMap(({ raw, path }) => look(raw["filter"], [...path, "filter"]));
}

const KNOWN_OPERATORS: ReadonlySet<string> = new Set(FILTER_OPERATORS);

/** A guard on a collection that no request can name guards nothing. */
function unreachable(
  { workflow: { key, enabled, trigger }, source }: CompiledWorkflow,
  { upstream, routes }: Sections,
): Problem[] {
  if (!enabled || !isAroundAction(trigger) || !trigger.global) return [];
  const { collection } = trigger;
  if (routes.some((route) => route.collection === collection)) return [];
  const { elsewhere, prefix } = upstream.api;
  const message =
    elsewhere !== null && collection.startsWith(elsewhere)
      ? `collections of the upstream's own are not below ${prefix}; name the paths of "${collection}" in routes`
      : /[/:\\]/.test(collection)
        ? `no path leads to a collection called "${collection}": a name is one segment of a path`
        : null;
  if (message === null) return [];
  return [source.problem(["workflows", key, "trigger", "collection"], message)];
}

/** Whoever may call the gateway may run a custom action without `roles`, with the gateway's own credentials. */
function openToAll({ workflow, source }: CompiledWorkflow): Problem[] {
  const { key, enabled, trigger, acts } = workflow;
  if (!enabled || !acts || trigger.type !== "custom-action" || trigger.roles !== null) return [];
  const message = "has steps that act, and no roles: every caller can make them run";
  return [source.problem(["workflows", key, "trigger"], message)];
}
