import { isCredentialHeader } from "../../model/headers.ts";
import type { Problem } from "../../model/position.ts";
import type { IsSecret } from "../../model/secrets.ts";
import { isJsonObject } from "../../model/json.ts";
import type { CompiledWorkflow } from "../compile/workflow.ts";

/**
 * Headers that carry a credential because `redact`, or the upstream's facts, say so: workflows may not set or read them. Those
 * of well-known names are found where the step and the trigger are checked.
 */
export function secretHeaderProblems(
  { workflow, source, written }: CompiledWorkflow,
  isSecret: IsSecret,
): Problem[] {
  const isNamed = (name: string) => isSecret(name) && !isCredentialHeader(name);
  const set = written.flatMap(({ type, raw: { headers }, path }) => {
    if (type.type !== "set-request" || !isJsonObject(headers)) return [];
    return Object.keys(headers)
      .filter(isNamed)
      .map((name) => {
        const message = `"${name}" carries a credential; a workflow may not set it`;
        return source.problem([...path, "headers"], message, { key: name });
      });
  });
  const { trigger } = workflow;
  const read = trigger.type === "webhook" ? (trigger.parse.headers ?? []) : [];
  const parsed = read.flatMap((name, index) => {
    const path = ["workflows", workflow.key, "trigger", "parse", "headers", index];
    const message = "carries a credential; workflows can't read credentials";
    return isNamed(name) ? [source.problem(path, message)] : [];
  });
  return [...set, ...parsed];
}
