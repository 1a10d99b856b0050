import type { JsonObject } from "../../model/json.ts";
import type { StepType } from "../../model/step-type.ts";
import { ANY, type ValueType, objectOf, scalar, turnOf, unionOf } from "../../model/value-type.ts";
import { type Compiling, type Reach, typeOfExpression } from "./context.ts";
import { typeOfResult } from "./known-types.ts";

/**
 * Keeps what is known of the values that a step makes: its result, a variable, the result of the run, what it hands to
 * another workflow.
 * @param raw as it was written
 * @param values what is known of the values at its keys
 * @returns the type of its result
 */
export function learn(
  type: StepType,
  id: string | null,
  raw: JsonObject,
  values: ValueType,
  compiling: Compiling,
): ValueType {
  if (!compiling.isDescribed) return ANY;
  const { types, upstreamTypes, outputs, unsteady, set, handed } = compiling;
  const at = (key: string) =>
    (values.kind === "object" ? values.fields.get(key)?.type() : null) ?? ANY;
  const outputOf = (workflow: string) => outputs.get(workflow) ?? ANY;
  const result = typeOfResult(type, raw, { at, outputOf }, upstreamTypes);
  if (id !== null) types.set(`steps.${id}`, result);
  const variable = type.declares === null ? null : raw[type.declares];
  if (typeof variable === "string") {
    const place = `vars.${variable}`;
    const before = types.get(place);
    const both = before === undefined ? result : unionOf([before, result]);
    types.set(place, unsteady.has(variable) ? ANY : both);
  }
  if (type.sets !== null) set.push(at(type.sets));
  const runs = type.runs(raw);
  if (runs !== null) handed.push({ workflow: runs.workflow, type: at(runs.input) });
  return result;
}

/** What is known of the name that a step binds for the steps inside it: `each`. */
export function turnType(
  { binds }: StepType,
  raw: JsonObject,
  reach: Reach,
  compiling: Compiling,
): ValueType {
  const over = binds?.over;
  if (over === undefined || !compiling.isDescribed) return ANY;
  const item = turnOf(typeOfExpression(raw[over], reach, compiling));
  return objectOf({ item, index: scalar("number"), length: scalar("number") });
}
