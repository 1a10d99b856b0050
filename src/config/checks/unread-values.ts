import type { Problem } from "../../model/position.ts";
import type { CompiledWorkflow } from "../compile/workflow.ts";
import { nextOf } from "../yaml/source.ts";

/** Variables that no expression reads, and steps that do nothing but compute a result that none reads. */
export function unreadValues({ workflow, source, written, reads }: CompiledWorkflow): Problem[] {
  const isRead = (root: "steps" | "vars", name: string) =>
    reads.has(`${root}.*`) || reads.has(`${root}.${name}`);
  // A program is handed all of them.
  if (written.some(({ type, raw }) => type.language(raw) === "javascript")) return [];
  const top = ["workflows", workflow.key, "steps"].length + 1;
  return written.flatMap(({ type, path, mapping }) => {
    const name = type.declares === null ? null : textOf(mapping[type.declares]);
    if (type.declares !== null && name !== null && !isRead("vars", name)) {
      return [source.problem([...path, type.declares], `vars.${name} is never read`)];
    }
    // The result of the last step is that of the loop or the branch around it.
    const isLast = source.nodeAt(nextOf(path)) === null;
    if (!type.forResult(mapping) || (path.length > top && isLast)) return [];
    const id = textOf(mapping["id"]);
    if (id === null) return [source.problem(path, "its result is never read: the step has no id")];
    if (isRead("steps", id)) return [];
    return [source.problem([...path, "id"], `steps.${id} is never read`)];
  });
}

const textOf = (value: unknown): string | null => (typeof value === "string" ? value : null);
