import { expect } from "chai";
import type { WorkflowParts } from "../../src/config/compile/workflow.ts";
import { definitionCompiler } from "../../src/config/compile/recorded.ts";
import type { Config } from "../../src/model/config.ts";
import type { Scope } from "../../src/model/expression.ts";
import { type Json, isJsonObject } from "../../src/model/json.ts";
import type { Branch, Step } from "../../src/model/step.ts";
import type { Workflow } from "../../src/model/workflow.ts";

/** Each workflow, made again from its recorded definition, must be the same, and its steps evaluate alike. */
export function mustRevive({ workflows }: Config, parts: WorkflowParts): void {
  const revive = definitionCompiler(parts, []);
  for (const workflow of workflows) {
    const { workflow: revived } = revive(workflow.key, workflow.definition);
    expect(shapeOf(revived)).to.deep.equal(shapeOf(workflow));
  }
}

/** What a workflow is, without where its steps stand in a file, and `acts`, which other workflows have a part in. */
export function shapeOf({ steps, acts: _acts, ...workflow }: Workflow): unknown {
  return { ...workflow, trigger: shown(workflow.trigger), steps: steps.map(stepShape) };
}

function stepShape({ at: _at, type, if: test, onError, configure, ...step }: Step): unknown {
  return {
    ...step,
    type: type.type,
    if: shown(test),
    onError: shown(onError),
    configured: scopes.map((scope) => outcomeOf(() => shown(configure(scope)))),
  };
}

function outcomeOf(work: () => unknown): unknown {
  try {
    return { value: work() };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

/** With a value for any path of one, two and three words, texts and numbers. */
const scopes: Scope[] = ["text", 7].map((value) => {
  const any = (depth: number): unknown =>
    depth === 0 ? value : new Proxy({}, { get: () => any(depth - 1) });
  const names = ["trigger", "steps", "vars", "secrets", "each", "line", "error"];
  return Object.fromEntries(names.map((name) => [name, any(1) as Json]));
});

/** A value with steps as their shapes and expressions as what they are and give. */
function shown(value: unknown): unknown {
  if (Array.isArray(value)) return isBranch(value) ? value.map(stepShape) : value.map(shown);
  if (!isJsonObject(value)) return value;
  const { evaluate, ...rest } = value as Record<string, unknown>;
  if (typeof evaluate !== "function") {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, shown(item)]));
  }
  const gives = (scope: Scope) => outcomeOf(() => (evaluate as (scope: Scope) => unknown)(scope));
  return { ...rest, gives: scopes.map(gives) };
}

const isBranch = (list: unknown[]): list is Branch & unknown[] =>
  list.some((item) => typeof (item as Partial<Step> | null)?.configure === "function");
