import type { Problem } from "../model/position.ts";
import type { CompiledWorkflow } from "./workflows.ts";

/** What may be a mistake in workflows, though they can run. */
export function warningsOf(compiled: readonly CompiledWorkflow[]): Problem[] {
  return compiled.flatMap(writtenOut);
}

const writtenOut = ({ workflow, source, writtenSecrets }: CompiledWorkflow): Problem[] =>
  writtenSecrets.map(({ path }) =>
    source.problem(
      ["workflows", workflow.key, ...path],
      "a secret is written out; write ${NAME}, an environment variable, or secrets.NAME in an expression",
    ),
  );
