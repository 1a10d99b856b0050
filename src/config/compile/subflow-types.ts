import { ANY, type ValueType, unionOf } from "../../model/value-type.ts";
import type { Source } from "../yaml/source.ts";
import {
  type CompiledWorkflow,
  type RecordingParts,
  compileWorkflows,
  workflowKeys,
} from "./workflow.ts";

/** What is known of the values that workflows hand to each other, by their keys. */
export interface SubflowTypes {
  /** The `trigger.data` of subflows. */
  readonly inputs: ReadonlyMap<string, ValueType>;
  /** The results of workflows. */
  readonly outputs: ReadonlyMap<string, ValueType>;
}

const NONE: SubflowTypes = { inputs: new Map(), outputs: new Map() };

/** How many times a value is followed from one workflow into the next: in, and back. */
const ROUNDS = 2;

/**
 * Learns what workflows hand to each other, by compiling them without knowing all of it. Nothing is known where a workflow
 * can't be made, or where documents tell nothing.
 */
export function subflowTypes(sources: readonly Source[], parts: RecordingParts): SubflowTypes {
  if (parts.upstreamTypes.size === 0) return NONE;
  let known = NONE;
  for (let round = 0; round < ROUNDS; round += 1) {
    const compiled = compileWorkflows(sources, { ...parts, subflows: known }, []);
    const hasSubflow = compiled.some(({ workflow }) => workflow.trigger.type === "subflow");
    if (!hasSubflow || compiled.length < sources.flatMap(workflowKeys).length) return NONE;
    known = {
      inputs: inputsOf(compiled),
      outputs: new Map(compiled.map(({ workflow, output }) => [workflow.key, output])),
    };
  }
  return known;
}

/** What each subflow is handed; any where not all of those that run it are known. */
function inputsOf(compiled: readonly CompiledWorkflow[]): ReadonlyMap<string, ValueType> {
  const inputs = new Map<string, ValueType>();
  const handed = compiled.flatMap((one) => one.handed);
  if (handed.some(({ workflow }) => workflow === null)) return inputs;
  const add = (key: string, type: ValueType) => {
    const before = inputs.get(key);
    inputs.set(key, before === undefined ? type : unionOf([before, type]));
  };
  for (const { workflow, type } of handed) if (workflow !== null) add(workflow, type);
  for (const { workflow } of compiled)
    if (workflow.onFailure !== null) add(workflow.onFailure, ANY);
  return inputs;
}
