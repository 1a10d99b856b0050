import type { ExpressionLanguage, Shape } from "../../model/expression.ts";
import { isJsonObject } from "../../model/json.ts";
import type { CompileSchema } from "../../model/json-schema.ts";
import { didYouMean } from "../../model/nearest.ts";
import type { Problem } from "../../model/position.ts";
import type { IsSecret } from "../../model/secrets.ts";
import type { StepTypes } from "../../model/step-type.ts";
import type { UpstreamTypes } from "../../model/upstream-types.ts";
import { type ValueType, unionOf } from "../../model/value-type.ts";
import type { Concurrency } from "../../model/traffic.ts";
import type { Trigger, TriggerType, TriggerTypes, Workflow } from "../../model/workflow.ts";
import type { Compiling, Handed, WrittenStep } from "./context.ts";
import { definitionOf } from "./definition.ts";
import type { Environment } from "../environment.ts";
import { check } from "../schema/check.ts";
import { trafficSchemas, workflowSchema } from "../schema/workflow.ts";
import type { Path, Source } from "../yaml/source.ts";
import type { SchemaFiles } from "./schema-files.ts";
import { typesOfTrigger } from "./known-types.ts";
import type { SubflowTypes } from "./subflow-types.ts";
import { LONGEST_NAME, tooLong } from "./lengths.ts";
import { idsIn, unsteadyVariables } from "./step-names.ts";
import { compileBranch } from "./steps.ts";
import { compileHeld, compileTrigger } from "./trigger.ts";
import { valuesOf } from "./values.ts";
import { type WrittenSecret, writtenSecrets } from "./written-secrets.ts";

/** The default timeout of a workflow that a client waits for, in milliseconds. */
const SYNC_TIMEOUT = 30_000;

/** The tables and languages that workflows are compiled with. */
export interface WorkflowParts {
  readonly stepTypes: StepTypes;
  readonly triggerTypes: TriggerTypes;
  readonly language: ExpressionLanguage;
  readonly compileSchema: CompileSchema;
  readonly schemaFiles: SchemaFiles;
  readonly upstreamTypes: UpstreamTypes;
  readonly env: Environment;
  /** What is known of the values that workflows hand to each other; without it, nothing. */
  readonly subflows?: SubflowTypes;
}

/** The same, and which names are those of secrets, that a recorded definition does not hold. */
export interface RecordingParts extends WorkflowParts {
  readonly isSecret: IsSecret;
}

/** A workflow, with the facts about it that checks need and runs do not. */
export interface CompiledWorkflow {
  readonly workflow: Workflow;
  /** Whether the client waits for it; null: that depends on who runs it. */
  readonly sync: boolean | null;
  /** Names that it reads as `secrets.NAME`. */
  readonly secrets: readonly string[];
  /** Its steps at every depth. */
  readonly written: readonly WrittenStep[];
  /** The values written out in it that should be secrets. */
  readonly writtenSecrets: readonly WrittenSecret[];
  /** The results and variables that its expressions read: `steps.found`, `vars.total`; `steps.*`: all. */
  readonly reads: ReadonlySet<string>;
  /** What may be wrong in its expressions. */
  readonly doubts: readonly Problem[];
  /** What its steps hand to the workflows that they run. */
  readonly handed: readonly Handed[];
  /** What is known of its result. */
  readonly output: ValueType;
  /** The file it stands in. */
  readonly source: Source;
}

/**
 * Compiles the workflows of some files, in their order. All that is wrong is added to the problems; a workflow that can't be
 * made is left out. A key that two files have is one problem that names both places.
 */
export function compileWorkflows(
  sources: readonly Source[],
  parts: RecordingParts,
  problems: Problem[],
): CompiledWorkflow[] {
  const first = new Map<string, Problem>();
  return sources.flatMap((source) => {
    return workflowKeys(source).flatMap((key) => {
      const problem = (message: string) => source.problem(["workflows"], message, { key });
      const before = first.get(key);
      if (before) {
        const position = `${before.file}:${before.line}:${before.col}`;
        problems.push(problem(`workflow "${key}" is already defined at ${position}`));
        return [];
      }
      first.set(key, problem(""));
      if (!/^[A-Za-z0-9_-]+$/.test(key)) {
        problems.push(problem(`"${key}" is not a valid workflow key: letters, digits, _ and -`));
      } else if (key.length > LONGEST_NAME) {
        problems.push(problem(tooLong(key, "a workflow key")));
      }
      return compileWorkflow(key, source, parts, problems) ?? [];
    });
  });
}

/** The keys of a file's workflows, in their order. */
export const workflowKeys = (source: Source): readonly string[] => source.keysAt(["workflows"]);

/** Compiles one workflow of a file. All that is wrong is added to the problems; null when it can't be made. */
export function compileWorkflow(
  key: string,
  source: Source,
  parts: RecordingParts,
  problems: Problem[],
): CompiledWorkflow | null {
  const path = ["workflows", key];
  const values = valuesOf(source, parts.env, problems);
  const raw = source.valueAt(path);
  const { steps: list = [], ...head } = isJsonObject(raw) ? raw : {};
  // Problems of a trigger's values are found when it is compiled.
  const silent = valuesOf(source, parts.env, []);
  const plainTrigger = silent.typed([...path, "trigger"]);
  const type = triggerTypeOf(plainTrigger, [...path, "trigger"], source, parts, problems);
  const secrets = new Set<string>();
  const compiling: Compiling = {
    ...parts,
    source,
    values,
    problems,
    trigger: { type: type?.type ?? null, fields: fieldsOf(type, plainTrigger) },
    ids: idsIn(list),
    met: new Map(),
    written: [],
    vars: [],
    secrets,
    types: new Map([
      ...(type ? typesOfTrigger(type, plainTrigger, parts.upstreamTypes) : []),
      ...inputOf(key, type, parts),
    ]),
    isDescribed: parts.upstreamTypes.size > 0,
    outputs: parts.subflows?.outputs ?? new Map(),
    unsteady: unsteadyVariables(list, parts.stepTypes),
    set: [],
    handed: [],
    doubts: [],
    asked: new Set(),
    reads: new Set(),
    unsure: [],
    report: (at, message, detail) => void problems.push(source.problem(at, message, detail)),
  };
  const plain = Object.entries(head).map(([name, value]) => {
    if (name === "trigger") return [name, plainTrigger];
    const at = [...path, name];
    const schema = Object.hasOwn(trafficSchemas, name) ? trafficSchemas[name as Traffic] : null;
    return [name, schema ? compileHeld(schema, value, at, name, compiling) : values.typed(at)];
  });
  const given = isJsonObject(raw)
    ? { ...Object.fromEntries(plain), ...("steps" in raw && { steps: list }) }
    : raw;
  const shape = check(workflowSchema, given, { source, path, problems });

  const trigger = type && compileTrigger(type, head["trigger"], [...path, "trigger"], compiling);
  const start = { steps: [], loops: new Map<string, ValueType>(), error: false, pathLength: 0 };
  const steps = Array.isArray(list)
    ? compileBranch(list, [...path, "steps"], start, compiling).value
    : [];
  if (!shape || !type || !trigger) return null;

  const { title, enabled, timeout, debounce, rate, onFailure } = shape.value;
  const { written, asked, reads } = compiling;
  const doubts = compiling.doubts
    .filter(({ unasked }) => unasked === null || !asked.has(unasked))
    .map(({ problem }) => problem);
  const open = writtenSecrets(raw, parts.isSecret);
  const sync = type.sync(trigger);
  const workflow: Workflow = {
    key,
    title,
    enabled,
    timeout: timeout ?? (sync === true ? SYNC_TIMEOUT : null),
    concurrency: shape.value.concurrency ?? ownConcurrency(trigger),
    debounce,
    rate,
    onFailure,
    trigger,
    steps,
    definition: definitionOf(source, path, open),
    acts: written.some((step) => step.type.acts),
  };
  return {
    workflow,
    sync,
    secrets: [...secrets],
    written,
    writtenSecrets: open,
    reads,
    doubts,
    handed: compiling.handed,
    output: unionOf(compiling.set),
    source,
  };
}

/** The type of `trigger.data` of a subflow. */
function inputOf(
  key: string,
  type: TriggerType | null,
  { subflows }: WorkflowParts,
): readonly (readonly [string, ValueType])[] {
  const input = type?.type === "subflow" ? subflows?.inputs.get(key) : undefined;
  return input === undefined ? [] : [["trigger.data", input]];
}

type Traffic = keyof typeof trafficSchemas;

/** Runs of a schedule are done one after another. */
const ownConcurrency = (trigger: Trigger): Concurrency | null =>
  trigger.type === "schedule" && trigger.overlap === "queue" ? { key: null, limit: 1 } : null;

const fieldsOf = (type: TriggerType | null, raw: unknown): Shape =>
  (isJsonObject(raw) ? type?.fieldsOf?.(raw) : null) ?? type?.fields ?? "dyn";

function triggerTypeOf(
  trigger: unknown,
  path: Path,
  source: Source,
  { triggerTypes }: WorkflowParts,
  problems: Problem[],
): TriggerType | null {
  const name = isJsonObject(trigger) ? trigger["type"] : undefined;
  if (typeof name !== "string") return null;
  const known = [...triggerTypes.values()];
  const type = known.find((one) => one.type === name);
  if (type) return type;
  const names = known.map((one) => one.type);
  const hint = didYouMean(name, names) || `; known are ${names.join(", ")}`;
  problems.push(source.problem([...path, "type"], `unknown trigger type "${name}"${hint}`));
  return null;
}
