import type { Expression } from "../model/expression.ts";
import { type Json, isJsonObject } from "../model/json.ts";
import { isProgram } from "../model/program.ts";
import type { Step } from "../model/step.ts";

/**
 * A step's configuration as the history keeps it: expressions as their source, its own steps left out.
 *
 *     { if: Expression, then: Branch } → { if: "size(trigger.params.values.title) < 3" }
 */
export function inputOf(step: Step, config: unknown): Json {
  return step.plain ? (config as Json) : (shown(config) ?? null);
}

/** Undefined for what is left out. */
function shown(value: unknown): Json | undefined {
  if (Array.isArray(value)) {
    const items: unknown[] = value;
    return items.some(isStep) ? undefined : items.map((item) => shown(item) ?? null);
  }
  if (isExpression(value) || isProgram(value)) return value.source;
  if (!isJsonObject(value)) return value as Json;
  const entries = Object.entries(value).map(([name, item]) => [name, shown(item)] as const);
  return Object.fromEntries(
    entries.filter((entry): entry is [string, Json] => entry[1] !== undefined),
  );
}

const isExpression = (value: unknown): value is Expression =>
  typeof (value as Partial<Expression> | null)?.evaluate === "function";

const isStep = (value: unknown): value is Step =>
  typeof (value as Partial<Step> | null)?.configure === "function";
