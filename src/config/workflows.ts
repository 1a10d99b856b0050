import { createHash } from "node:crypto";
import { didYouMean } from "../model/nearest.ts";
import type { Problem } from "../model/position.ts";
import type { JsonObject } from "../model/json.ts";
import type { Trigger, TriggerTypes, Workflow } from "../model/workflow.ts";
import type { Environment } from "./environment.ts";
import { problemsOf } from "./issues.ts";
import { workflowSchema } from "./schema/file.ts";
import type { Path, Source } from "./source.ts";
import { type StepParts, compileSteps } from "./steps.ts";
import { valuesOf } from "./values.ts";

/** The default for a workflow that the client waits for. */
const SYNC_TIMEOUT = 30_000;

/** What compiling workflows needs. */
export interface WorkflowParts extends Pick<StepParts, "stepTypes" | "language"> {
  readonly triggerTypes: TriggerTypes;
  readonly environment: Environment;
  readonly problems: Problem[];
}

/** A workflow, and the secrets it reads. */
export interface CompiledWorkflow {
  readonly workflow: Workflow;
  readonly secrets: readonly string[];
}

/**
 * Compiles the workflows of some files, in their order. A key that stands twice is one problem that names both places.
 * A workflow with problems is left out.
 */
export function compileWorkflows(
  sources: readonly Source[],
  parts: WorkflowParts,
): CompiledWorkflow[] {
  const first = new Map<string, Problem>();
  return sources.flatMap((source) => {
    const workflows = source.valueAt(["workflows"]);
    if (typeof workflows !== "object" || workflows === null) return [];
    return Object.keys(workflows).flatMap((key) => {
      const path = ["workflows", key];
      const place = source.problem(["workflows"], "", { key });
      const before = first.get(key);
      if (before) {
        const message = `workflow "${key}" is there already, at ${before.file}:${before.line}:${before.col}`;
        parts.problems.push({ ...place, message });
        return [];
      }
      first.set(key, place);
      if (!/^[A-Za-z0-9_-]+$/.test(key)) {
        const message = `"${key}" is no workflow key: letters, digits, _ and -`;
        parts.problems.push({ ...place, message });
      }
      const compiled = compileWorkflow(key, source, path, parts);
      return compiled === null ? [] : [compiled];
    });
  });
}

function compileWorkflow(
  key: string,
  source: Source,
  path: Path,
  parts: WorkflowParts,
): CompiledWorkflow | null {
  const { environment, problems, triggerTypes } = parts;
  const values = valuesOf(source, environment, problems);
  // Steps are compiled apart; a text in them that is not for us to fill in must not be told of here.
  const written = source.valueAt(path);
  const keys = typeof written === "object" && written !== null ? Object.keys(written) : [];
  const shallow = Object.fromEntries(
    keys.map((name) => [
      name,
      name === "steps" ? source.valueAt([...path, name]) : values.plain([...path, name]),
    ]),
  );
  const shape = workflowSchema.safeParse(keys.length > 0 ? shallow : written, {
    reportInput: true,
  });
  if (!shape.success) {
    problems.push(...problemsOf(shape.error.issues, { source, path, schema: workflowSchema }));
    return null;
  }
  const { title, enabled, timeout, trigger: raw } = shape.data;
  const type = triggerTypes.get(raw.type as Trigger["type"]);
  if (type === undefined) {
    const known = [...triggerTypes.keys()];
    const message = `unknown trigger type "${raw.type}"${didYouMean(raw.type, known) || `; known are ${known.join(", ")}`}`;
    problems.push(source.problem([...path, "trigger", "type"], message));
    return null;
  }
  const trigger = type.config.safeParse(raw, { reportInput: true });
  if (!trigger.success) {
    const place = { source, path: [...path, "trigger"], schema: type.config };
    problems.push(...problemsOf(trigger.error.issues, place));
  }
  const { steps, acts, secrets } = compileSteps([...path, "steps"], {
    ...parts,
    source,
    values,
    trigger: type,
  });
  if (!trigger.success) return null;
  const definition = definitionOf(source, path);
  const wait = timeout ?? (type.sync(trigger.data) ? SYNC_TIMEOUT : null);
  return {
    workflow: {
      key,
      title,
      enabled,
      timeout: wait,
      trigger: trigger.data,
      steps,
      definition,
      acts,
    },
    secrets,
  };
}

/** The definition as it was written, before environment variables were put in. */
function definitionOf(source: Source, path: Path): Workflow["definition"] {
  const text = JSON.stringify(source.valueAt(path) as JsonObject);
  return { source: text, hash: createHash("sha256").update(text).digest("hex") };
}
