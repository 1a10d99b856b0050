import { didYouMean } from "../../model/nearest.ts";
import type { Problem } from "../../model/position.ts";
import type { CompiledWorkflow } from "../compile/workflow.ts";

/** Steps that name a database which is not configured. */
export function databaseProblems(
  { source, written }: CompiledWorkflow,
  databases: Readonly<Record<string, unknown>>,
): Problem[] {
  return written.flatMap(({ type, raw, path }) => {
    const { database: name } = raw;
    if (type.type !== "sql" || typeof name !== "string" || Object.hasOwn(databases, name))
      return [];
    const known = Object.keys(databases);
    const hint = didYouMean(name, known) || `; name it under databases`;
    return [source.problem([...path, "database"], `there is no database "${name}"${hint}`)];
  });
}
