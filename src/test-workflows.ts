import { ConfigError } from "./config/config-error.ts";
import { type TestFile, loadTests } from "./config/load-tests.ts";
import type { OutlineStep } from "./graph/outline.ts";
import type { Config } from "./model/config.ts";
import { keysOf } from "./config/schema/walk.ts";
import { type Json, type JsonObject, isJsonObject, parseJson } from "./model/json.ts";
import { stepPlaces } from "./config/step-places.ts";
import type { Position, Problem } from "./model/position.ts";
import type { RunDetail } from "./model/history.ts";
import type { StepTypes } from "./model/step-type.ts";
import type { Workflow } from "./model/workflow.ts";
import { type Coverage, type CoverableStep, coverageOf } from "./rehearsal/coverage.ts";
import { type Mistake, mistakesOf } from "./rehearsal/mistakes.ts";
import { type StepNames, unknownMocks, unknownNames } from "./rehearsal/names.ts";
import { testPlay } from "./rehearsal/test-play.ts";
import { outline } from "./outline.ts";
import type { Rehearsal } from "./rehearse.ts";

/** How a test went. */
export interface TestResult extends Position {
  readonly name: string;
  readonly mistakes: readonly PlacedMistake[];
  readonly durationMs: number;
  /** All runs that it caused. */
  readonly runs: readonly RunDetail[];
}

/** A mistake, and where the test says otherwise. */
export interface PlacedMistake extends Position, Omit<Mistake, "path"> {}

/** The steps that tests may name. */
export function stepNames({
  workflows,
  stepTypes,
}: Pick<Config, "workflows" | "stepTypes">): StepNames {
  const below = (steps: readonly OutlineStep[]): string[] =>
    steps.flatMap(({ path, branches }) => [path, ...branches.flatMap((one) => below(one.steps))]);
  return new Map(
    workflows.map((workflow) => [workflow.key, below(outline(workflow, stepTypes).steps)]),
  );
}

/** A file of tests, and what may be mistakes in it. */
interface CheckedTests extends TestFile {
  readonly warnings: readonly Problem[];
}

/** Reads a file of tests; each must expect something of workflows and steps that there are. @throws {ConfigError} */
export async function readTests(file: string, names: StepNames): Promise<CheckedTests> {
  const read = await loadTests(file);
  const placed = (find: typeof unknownNames) =>
    read.tests.flatMap((test, index) =>
      find(test, names).map(({ path, key, message }) => ({
        ...read.at(index, path, key),
        message,
      })),
    );
  const problems = placed(unknownNames);
  if (problems.length > 0) throw new ConfigError(problems, { files: [], patterns: [] });
  return { ...read, warnings: placed(unknownMocks) };
}

/** How much of a configuration's workflows runs took, with the places of what they did not. Disabled workflows do not count. */
export async function workflowCoverage(
  config: Config,
  runs: readonly RunDetail[],
): Promise<Omit<Coverage, "untaken"> & { readonly untaken: readonly Problem[] }> {
  const enabled = config.workflows.filter((one) => one.enabled);
  const steps = enabled.flatMap((one) => coverableSteps(one, config.stepTypes));
  const { untaken, ...counted } = coverageOf(steps, runs);
  const placeOf = await stepPlaces(config);
  return {
    ...counted,
    untaken: untaken.map(({ workflow, place, message }) => ({
      ...placeOf(workflow, place),
      message: `${workflow}: ${message}`,
    })),
  };
}

function coverableSteps(workflow: Workflow, stepTypes: StepTypes): CoverableStep[] {
  const definition = parseJson(workflow.definition.source);
  const below = (steps: readonly OutlineStep[], at: readonly PropertyKey[]): CoverableStep[] =>
    steps.flatMap(({ path, type, facts, branches }, index) => {
      const place = [...at, index];
      const row = stepTypes.get(type);
      const raw = valueAt(definition, place);
      const own = {
        workflow: workflow.key,
        path,
        place,
        // Where `if` is a key of the type, it is the test itself.
        maySkip: !(row && keysOf(row.config).includes("if")) && facts.some(isIf),
        handles:
          branches.some((one) => one.at === "onError") ||
          facts.some(({ name, value }) => name === "onError" && value === "continue"),
        ways: isJsonObject(raw) ? (row?.ways(raw) ?? []) : [],
      };
      return [own, ...branches.flatMap((one) => below(one.steps, [...place, ...keysIn(one.at)]))];
    });
  return below(outline(workflow, stepTypes).steps, ["steps"]);
}

const isIf = ({ name }: { readonly name: string }): boolean => name === "if";

const valueAt = (whole: Json, place: readonly PropertyKey[]): Json =>
  place.reduce<Json>((value, key) => memberOf(value, key), whole);

const memberOf = (value: Json, key: PropertyKey): Json =>
  typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? ((value as JsonObject)[String(key)] ?? null)
    : null;

/** `cases[0].steps` → `["cases", 0, "steps"]` */
const keysIn = (at: string): PropertyKey[] =>
  (at.match(/[^.[\]]+/g) ?? []).map((key) => (/^\d+$/.test(key) ? Number(key) : key));

/** Does the tests of a file, one after another, on a gateway that only they use. */
export async function* resultsOf(
  { tests, at }: TestFile,
  rehearsal: Rehearsal,
): AsyncGenerator<TestResult> {
  for (const [index, test] of tests.entries()) {
    const began = performance.now();
    const missed: Mistake[] = [];
    const miss = (message: string) =>
      void missed.push({ path: ["steps"], message, difference: [] });
    const played = await rehearsal.play(testPlay(test, rehearsal.recordOf, miss));
    const mistakes = [...missed, ...mistakesOf(test.expect, played)];
    yield {
      ...at(index, ["name"]),
      name: test.name,
      mistakes: mistakes.map(({ path, ...mistake }) => ({ ...at(index, path), ...mistake })),
      durationMs: performance.now() - began,
      runs: played.runs,
    };
  }
}
