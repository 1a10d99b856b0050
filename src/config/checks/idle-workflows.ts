import type { Config } from "../../model/config.ts";
import type { Problem } from "../../model/position.ts";
import type { Trigger } from "../../model/workflow.ts";
import type { CompiledWorkflow } from "../compile/workflow.ts";
import { alwaysEnds } from "./dead-steps.ts";

/** Enabled workflows that never run, or do nothing for the request that they hold up. */
export function idleWorkflows(
  all: readonly CompiledWorkflow[],
  { identity }: Pick<Config, "identity">,
): Problem[] {
  const compiled = all.filter(({ workflow }) => workflow.enabled);
  return [
    ...uncalled(compiled),
    ...compiled.flatMap((one) => withoutCaller(one, identity)),
    ...behindAnEnd(compiled),
    ...compiled.flatMap(powerless),
  ];
}

/** Subflows that no step runs, and no `onFailure`. */
function uncalled(compiled: readonly CompiledWorkflow[]): Problem[] {
  const running = compiled
    .flatMap(({ written }) => written)
    .flatMap(({ type, raw }) => type.runs(raw) ?? []);
  if (running.some(({ workflow }) => workflow === null)) return [];
  const called = new Set([
    ...compiled.map(({ workflow }) => workflow.onFailure),
    ...running.map(({ workflow }) => workflow),
  ]);
  return compiled
    .filter(({ workflow: { key, trigger } }) => trigger.type === "subflow" && !called.has(key))
    .map((one) => warned(one, "nothing runs it: no subflow step and no onFailure names it"));
}

/** Without an identity no caller has a role. */
function withoutCaller(one: CompiledWorkflow, identity: Config["identity"]): Problem[] {
  const roles = rolesOf(one.workflow.trigger);
  const known = !("kind" in identity && identity.kind === "none");
  if (roles === null || (roles.length > 0 && known)) return [];
  const why =
    roles.length === 0
      ? "its list of roles is empty"
      : "identity is none, so that no caller has a role";
  return [warned(one, `no request can run it: ${why}`, "roles")];
}

const rolesOf = (trigger: Trigger): readonly string[] | null =>
  "roles" in trigger ? trigger.roles : null;

/** Global pre-actions behind one that always ends the request. One warning a workflow. */
function behindAnEnd(compiled: readonly CompiledWorkflow[]): Problem[] {
  const ended = new Map<string, string>();
  return compiled.flatMap((one) => {
    const { key, trigger } = one.workflow;
    if (trigger.type !== "pre-action" || !trigger.global) return [];
    const actions = trigger.actions.map((action) => `${trigger.collection}:${action}`);
    const shut = actions.filter((action) => ended.has(action));
    if (!trigger.observe && alwaysEnds(one)) {
      for (const action of actions) if (!ended.has(action)) ended.set(action, key);
    }
    const [first] = shut;
    if (first === undefined) return [];
    const message = `never runs on ${shut.join(", ")}: workflow "${ended.get(first)}" before it always ends the request`;
    return [warned(one, message)];
  });
}

/** Pre-actions that hold up a request, and can neither refuse, answer nor change it. */
function powerless(one: CompiledWorkflow): Problem[] {
  const { trigger, acts } = one.workflow;
  const { written } = one;
  if (trigger.type !== "pre-action" || trigger.observe || acts || written.length === 0) return [];
  if (written.some(({ type, raw }) => type.steers(raw))) return [];
  const message =
    "holds up the request, and can neither refuse nor change it: it has no condition, end, response, validate or set-request; " +
    "a post-action would not hold it up";
  return [warned(one, message)];
}

/** A warning at a workflow's trigger, or at a key of it. */
const warned = ({ source, workflow }: CompiledWorkflow, message: string, key?: string): Problem =>
  source.problem(
    ["workflows", workflow.key, "trigger", ...(key === undefined ? [] : [key])],
    message,
  );
