import { literalTest } from "../../model/literal-test.ts";
import type { Problem } from "../../model/position.ts";
import type { WrittenStep } from "../compile/context.ts";
import type { CompiledWorkflow } from "../compile/workflow.ts";
import { type Path, nextOf } from "../yaml/source.ts";

/** Steps and branches that no run comes to: behind a step that ends the run, or under a test that is always the same. */
export function deadSteps({ source, written }: CompiledWorkflow): Problem[] {
  const { ends } = endings(written);
  return written.flatMap((step) => {
    const { type, path, mapping, isGuarded } = step;
    const found: Problem[] = [];
    if (isGuarded && literalTest(mapping["if"]) === false) {
      found.push(source.problem([...path, "if"], "the step never runs: the test is always false"));
    }
    for (const { at, why } of type.neverTaken(mapping)) {
      found.push(source.problem([...path, ...at], `is never taken: ${why}`));
    }
    const next = nextOf(path);
    if (source.nodeAt(next) !== null && ends(step)) {
      const message = `is never reached: the ${type.type} step before it always ends the run`;
      found.push(source.problem(next, message));
    }
    return found;
  });
}

/** Whether the steps of a workflow always end its run themselves. */
export const alwaysEnds = ({ workflow, written }: CompiledWorkflow): boolean =>
  endings(written).branchEnds(["workflows", workflow.key, "steps"]);

/** Which steps, and which lists of steps, always end the run. */
function endings(written: readonly WrittenStep[]) {
  const lists = new Map<string, WrittenStep[]>();
  for (const step of written) {
    const list = nameOf(step.path.slice(0, -1));
    lists.set(list, [...(lists.get(list) ?? []), step]);
  }
  const branchEnds = (path: Path): boolean => (lists.get(nameOf(path)) ?? []).some(ends);
  function ends(step: WrittenStep): boolean {
    const { type, path, mapping, isGuarded } = step;
    if (isGuarded || "onError" in mapping) return false;
    return type.ends(mapping, (...at) => branchEnds([...path, ...at]));
  }
  return { ends, branchEnds };
}

const nameOf = (path: Path): string => JSON.stringify(path);
