import { type JsonObject, isJsonObject } from "../../model/json.ts";
import { literalTest } from "../../model/literal-test.ts";
import type { Problem } from "../../model/position.ts";
import type { WrittenStep } from "../compile/context.ts";
import type { CompiledWorkflow } from "../compile/workflow.ts";
import { keysOf } from "../schema/walk.ts";
import type { Path, Source } from "../yaml/source.ts";

/** Steps and branches that no run comes to: behind a step that ends the run, or under a test that is always the same. */
export function deadSteps({ source, written }: CompiledWorkflow): Problem[] {
  const { ends } = endings(source, written);
  return written.flatMap((step) => {
    const { type, path } = step;
    const raw = asWritten(source, step);
    const next = [...path.slice(0, -1), Number(path.at(-1)) + 1];
    const found: Problem[] = [];
    if (hasTest(raw, step) && literalTest(raw["if"]) === false) {
      found.push(source.problem([...path, "if"], "the step never runs: the test is always false"));
    }
    for (const { at, why } of type.neverTaken(raw)) {
      found.push(source.problem([...path, ...at], `is never taken: ${why}`));
    }
    if (source.nodeAt(next) !== null && ends(step)) {
      const message = `is never reached: the ${type.type} step before it always ends the run`;
      found.push(source.problem(next, message));
    }
    return found;
  });
}

/** Whether the steps of a workflow always end its run themselves. */
export const alwaysEnds = ({ workflow, source, written }: CompiledWorkflow): boolean =>
  endings(source, written).branchEnds(["workflows", workflow.key, "steps"]);

/** Which steps, and which lists of steps, always end the run. */
function endings(source: Source, written: readonly WrittenStep[]) {
  const lists = new Map<string, WrittenStep[]>();
  for (const step of written) {
    const list = nameOf(step.path.slice(0, -1));
    lists.set(list, [...(lists.get(list) ?? []), step]);
  }
  const branchEnds = (path: Path): boolean => (lists.get(nameOf(path)) ?? []).some(ends);
  function ends(step: WrittenStep): boolean {
    const raw = asWritten(source, step);
    if (hasTest(raw, step) || "onError" in raw) return false;
    return step.type.ends(raw, (...at) => branchEnds([...step.path, ...at]));
  }
  return { ends, branchEnds };
}

/** Whether a step may be skipped: its `if` is not the test that it is for. */
const hasTest = (raw: JsonObject, { type }: WrittenStep): boolean =>
  "if" in raw && !keysOf(type.config).includes("if");

function asWritten(source: Source, { path }: WrittenStep): JsonObject {
  const raw = source.valueAt(path);
  return isJsonObject(raw) ? raw : {};
}

const nameOf = (path: Path): string => JSON.stringify(path);
