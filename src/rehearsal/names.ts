import { didYouMean } from "../model/nearest.ts";
import type { WorkflowTest } from "../model/workflow-test.ts";

/** The steps of a configuration: the key of each workflow, with the paths of its steps, `turns[*].pay`. */
export type StepNames = ReadonlyMap<string, readonly string[]>;

/** Whether a path of a run, or of a test, is that of a step: `turns[2].pay` is that of `turns[*].pay`. */
export const isPathOf = (path: string, step: string): boolean =>
  path === step || (step.includes("[*]") && patternOf(step).test(path));

const patternOf = (step: string) =>
  new RegExp(
    `^${step
      .split("[*]")
      .map(escaped)
      .join(String.raw`\[(\d+|\*)\]`)}$`,
  );

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/** A name in a test of a workflow or step that there is not. */
export interface UnknownName {
  /** Where it stands: a value, or a key of the mapping there. */
  readonly path: readonly PropertyKey[];
  readonly key?: string;
  readonly message: string;
}

/** Finds the mocks of steps that there are not: they have no effect. A step that goes without its mock for it says so. */
export const unknownMocks = ({ steps }: WorkflowTest, names: StepNames): UnknownName[] =>
  unknownSteps(["steps"], steps, names);

/** Finds what is expected of workflows and steps that there are not. */
export function unknownNames({ run, expect }: WorkflowTest, names: StepNames): UnknownName[] {
  const wrongKeys = Object.keys(expect.runs ?? {}).filter((key) => !names.has(key));
  return [
    ...(run === undefined || names.has(run.workflow)
      ? []
      : [{ path: ["run", "workflow"], message: noWorkflow(run.workflow, names) }]),
    ...wrongKeys.map((key) => ({
      path: ["expect", "runs"],
      key,
      message: noWorkflow(key, names),
    })),
    ...unknownSteps(["expect", "steps"], expect.steps ?? {}, names),
  ];
}

const unknownSteps = (
  path: readonly PropertyKey[],
  mapping: object,
  names: StepNames,
): UnknownName[] =>
  Object.keys(mapping)
    .filter((key) => !isStep(key, names))
    .map((key) => {
      const message = `there is no step "${key}"${didYouMean(key, ownNames(names))}`;
      return { path, key, message };
    });

const noWorkflow = (key: string, names: StepNames) =>
  `there is no workflow "${key}"${didYouMean(key, [...names.keys()])}`;

function isStep(name: string, names: StepNames): boolean {
  const [, key, rest = ""] = /^([\w-]+)\/(.+)$/.exec(name) ?? [];
  const paths = key === undefined ? [...names.values()].flat() : (names.get(key) ?? []);
  const wanted = key === undefined ? name : rest;
  return paths.some((path) => isPathOf(wanted, path) || lastName(path) === wanted);
}

/** The name of a step within the steps around it: `turns[2].pay` → `pay`. */
export const lastName = (path: string): string => path.slice(path.lastIndexOf(".") + 1);

const ownNames = (names: StepNames): string[] => [...names.values()].flat().map(lastName);
