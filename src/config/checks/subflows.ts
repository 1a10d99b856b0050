import { durationText } from "../../model/duration.ts";
import { didYouMean } from "../../model/nearest.ts";
import { type Problem, type Position } from "../../model/position.ts";
import type { RunsWorkflow } from "../../model/step-type.ts";
import type { WrittenStep } from "../compile/context.ts";
import type { Path } from "../yaml/source.ts";
import type { CompiledWorkflow } from "../compile/workflow.ts";

/** The workflows that could be compiled, by key. */
type ByKey = ReadonlyMap<string, CompiledWorkflow>;

/** A step that runs another workflow, whose key is written out. */
type Running = WrittenStep & RunsWorkflow & { readonly workflow: string };

/**
 * Workflows with the effects of the subflows that they run: a workflow acts when one of its subflows does.
 * A circle is not a mistake, since `limits.depth` bounds it.
 */
export function withSubflows(compiled: readonly CompiledWorkflow[]): CompiledWorkflow[] {
  const byKey = new Map(compiled.map((one) => [one.workflow.key, one]));
  return compiled.map((one) => {
    const acts = [one, ...reached(one, byKey)].some(({ workflow }) => workflow.acts);
    return { ...one, workflow: { ...one.workflow, acts } };
  });
}

function reached(from: CompiledWorkflow, byKey: ByKey): Set<CompiledWorkflow> {
  const found = new Set<CompiledWorkflow>();
  const left = [from];
  for (let one = left.pop(); one !== undefined; one = left.pop()) {
    for (const { workflow } of running(one)) {
      const target = byKey.get(workflow);
      if (target === undefined || found.has(target)) continue;
      found.add(target);
      left.push(target);
    }
  }
  return found;
}

/**
 * Problems of the workflows that steps and `onFailure` run: no workflow has the key, or the workflow is not a subflow, or the subflow holds
 * a step that can't be done there.
 * @param keys of all workflows, also of those that could not be compiled
 */
export function subflowProblems(
  compiled: readonly CompiledWorkflow[],
  keys: readonly string[],
): Problem[] {
  const byKey = new Map(compiled.map((one) => [one.workflow.key, one]));
  const callable = compiled.flatMap(({ workflow: { key, trigger } }) =>
    trigger.type === "subflow" ? [key] : [],
  );
  /** The workflow of a key; or why there is no such subflow, null where that is told already. */
  const subflowOf = (key: string): CompiledWorkflow | string | null => {
    const target = byKey.get(key);
    if (target === undefined) return keys.includes(key) ? null : unknown(key, callable);
    const { trigger } = target.workflow;
    if (trigger.type === "subflow") return target;
    return `workflow "${key}" is of type ${trigger.type}; only workflows with trigger: { type: subflow } can be run so`;
  };
  return compiled.flatMap((caller) => {
    const problem = (path: Path, target: CompiledWorkflow | string | null, obstacle: Obstacle) => {
      const message = typeof target === "string" ? target : target && obstacle(target);
      return message === null ? [] : [caller.source.problem(path, message)];
    };
    const { key, onFailure, timeout } = caller.workflow;
    const handler = onFailure === null ? null : subflowOf(onFailure);
    return [
      ...problem(["workflows", key, "onFailure"], handler, (target) =>
        obstacleIn(target, false, null, byKey),
      ),
      ...running(caller).flatMap((step) =>
        problem([...step.path, "workflow"], subflowOf(step.workflow), (target) =>
          caller.sync === null
            ? null
            : obstacleIn(target, caller.sync && step.wait, timeout, byKey),
        ),
      ),
    ];
  });
}

/** Why a subflow can't be done where it is run from; null: it can. */
type Obstacle = (target: CompiledWorkflow) => string | null;

function unknown(key: string, callable: readonly string[]): string {
  const known =
    callable.length === 0
      ? "no workflow has trigger: { type: subflow }"
      : `known are ${callable.join(", ")}`;
  return `there is no workflow "${key}"${didYouMean(key, callable) || `; ${known}`}`;
}

/**
 * The first step in a workflow, or in those that it runs, that can't be done where it is run from.
 * @param awaited whether a client waits for it
 * @param timeout of the workflow that the client waits for
 */
function obstacleIn(
  target: CompiledWorkflow,
  awaited: boolean,
  timeout: number | null,
  byKey: ByKey,
  seen = new Set<string>(),
): string | null {
  const { key } = target.workflow;
  if (seen.has(`${key} ${awaited}`)) return null;
  seen.add(`${key} ${awaited}`);
  for (const { type, raw, path } of target.written) {
    const position = () => placeText(target.source.problem(path, ""));
    const only = awaited ? null : type.syncOnly(raw);
    if (only) return `at ${position()}, ${only.why}; run it from a sync workflow, and wait for it`;
    const wait = awaited ? type.waits(raw) : null;
    if (wait === Infinity) {
      return `the step at ${position()} waits for an answer, and a client waits for this workflow; run it from an async workflow, or write wait: false`;
    }
    if (wait !== null && timeout !== null && wait > timeout) {
      return `waits ${durationText(wait)} at ${position()}, but a client waits only ${durationText(timeout)} for this workflow; ${SHORTER}`;
    }
  }
  for (const { workflow, wait } of running(target)) {
    const next = byKey.get(workflow);
    const obstacle = next && obstacleIn(next, awaited && wait, timeout, byKey, seen);
    if (obstacle) return obstacle;
  }
  return null;
}

/** The advice for a wait that is too long. */
export const SHORTER = "wait less, raise its timeout, or wait in an async workflow";

const running = ({ written }: CompiledWorkflow): Running[] =>
  written.flatMap((step) => {
    const runs = step.type.runs(step.raw);
    if (runs === null || runs.workflow === null) return [];
    return [{ ...step, ...runs, workflow: runs.workflow }];
  });

const placeText = ({ file, line, col }: Position) => `${file}:${line}:${col}`;
