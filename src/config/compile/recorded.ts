import { LRUCache } from "lru-cache";
import { type Json, jsonText } from "../../model/json.ts";
import type { Problem } from "../../model/position.ts";
import { REDACTED } from "../../model/secrets.ts";
import { problemText } from "../../model/position.ts";
import type { Definition, Workflow } from "../../model/workflow.ts";
import { readDefinition } from "./definition.ts";
import { freeze } from "../freeze.ts";
import { type WorkflowParts, compileWorkflow } from "./workflow.ts";

/** A workflow made from the definition that was recorded with a run. */
export interface RevivedWorkflow {
  readonly workflow: Workflow;
  /** Names of the environment variables that it reads as `secrets.NAME`. */
  readonly secrets: readonly string[];
}

/** @throws {Error} that says why the definition can't be compiled any more */
export type Revive = (key: string, definition: Definition) => RevivedWorkflow;

/** Definitions that are kept compiled. */
const MOST = 500;

/**
 * Makes the function that compiles recorded definitions, with the parts and the environment of today. Each is compiled
 * once, as long as it is among the last that were asked for. Its references to other workflows are not checked: a `subflow`
 * step runs the workflow of today, and errs where that no longer exists.
 *
 * @param current the configuration's workflows: one whose definition is still the same, except secrets that are written out
 *   in it, is given as it is, with the places of its steps in its file
 */
export function definitionCompiler(parts: WorkflowParts, current: readonly Workflow[]): Revive {
  const own = new Map(
    current.map((workflow) => [nameOf(workflow.key, workflow.definition), workflow]),
  );
  const compiled = new LRUCache<string, RevivedWorkflow>({ max: MOST });

  return (key, definition) => {
    const name = nameOf(key, definition);
    const today = own.get(name);
    if (today) return { workflow: today, secrets: [] };
    // Two may differ in nothing but a secret that is written out.
    const cached = `${name}:${definition.whole?.() ?? ""}`;
    const before = compiled.get(cached);
    if (before) return before;
    const revived = revive(key, definition, parts);
    compiled.set(cached, revived);
    return revived;
  };
}

const nameOf = (key: string, { hash }: Definition) => `${key}:${hash}`;

function revive(key: string, definition: Definition, parts: WorkflowParts): RevivedWorkflow {
  const file = `${key}@${definition.hash.slice(0, 8)}`;
  const source = readDefinition(key, definition, file);
  if (!("value" in source)) throw impossible(key, source);
  const problems: Problem[] = [];
  const steps = source.valueAt(["workflows", key, "steps"]) as Json | undefined;
  if (jsonText(steps ?? []).includes(REDACTED)) {
    problems.push(
      source.problem(["workflows"], "a secret was written out in it, which is not kept"),
    );
  }
  const recording = { ...parts, isSecret: () => false };
  const compiled = compileWorkflow(key, source, recording, problems);
  if (compiled === null || problems.length > 0) throw impossible(key, problems);
  const workflow = { ...compiled.workflow, definition };
  return freeze({ workflow, secrets: compiled.secrets });
}

function impossible(key: string, problems: readonly Problem[]): Error {
  const mistakes = problems.map(problemText).join("; ");
  return new Error(
    `The definition that workflow ${key} had then can't be compiled any more: ${mistakes}`,
  );
}
