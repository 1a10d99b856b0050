import type { RunDetail, StepDetail } from "../model/history.ts";
import { type Json, jsonText } from "../model/json.ts";
import type { StepWay } from "../model/step-type.ts";
import { isPathOf } from "./names.ts";

/** A step that a workflow has, as its outline tells. */
export interface CoverableStep {
  readonly workflow: string;
  /** `turns[*].pay` */
  readonly path: string;
  /** The place in the workflow's mapping: `["steps", 0, "then", 1]`. */
  readonly place: readonly PropertyKey[];
  /** Whether it is skipped where its `if` is false. */
  readonly maySkip: boolean;
  /** Whether its failure is dealt with, by `onError`. */
  readonly handles: boolean;
  /** The ways that its type says it may go. */
  readonly ways: readonly StepWay[];
}

/** A step, or a way that a step may go, that no test took. */
export interface Untaken {
  readonly workflow: string;
  readonly place: readonly PropertyKey[];
  /** In words: `check.then.pay is not reached`, `check is never false`. */
  readonly message: string;
}

/** How much of the workflows tests took. */
export interface Coverage {
  /** Steps and ways. */
  readonly all: number;
  readonly taken: number;
  readonly untaken: readonly Untaken[];
}

/** One step, or one of its ways. */
interface Way {
  readonly message: string;
  readonly isTaken: (record: StepDetail) => boolean;
}

/** What runs took of the steps that there are. A step that is skipped is not reached. */
export function coverageOf(steps: readonly CoverableStep[], runs: readonly RunDetail[]): Coverage {
  const ways = steps.flatMap((step) => {
    const records = recordsOf(step, runs);
    return waysOf(step).map(({ message, isTaken }) => ({
      workflow: step.workflow,
      place: step.place,
      message: `${step.path} ${message}`,
      taken: records.some(isTaken),
    }));
  });
  const untaken = ways
    .filter(({ taken }) => !taken)
    .map(({ workflow, place, message }) => ({ workflow, place, message }));
  return { all: ways.length, taken: ways.length - untaken.length, untaken };
}

const recordsOf = ({ workflow, path }: CoverableStep, runs: readonly RunDetail[]) =>
  runs
    .filter((run) => run.workflow === workflow)
    .flatMap((run) => run.steps.filter((record) => isPathOf(record.path, path)));

const isDone = ({ status }: StepDetail) => status !== "skipped";

const gives = (result: Json) => (record: StepDetail) =>
  isDone(record) && record.error === null && jsonText(record.result) === jsonText(result);

function waysOf({ maySkip, handles, ways }: CoverableStep): Way[] {
  return [
    { message: "is not reached", isTaken: isDone },
    ...(maySkip
      ? [{ message: "is never skipped", isTaken: (one: StepDetail) => one.status === "skipped" }]
      : []),
    ...ways.map(({ never, result }) => ({ message: never, isTaken: gives(result) })),
    ...(handles
      ? [{ message: "never fails", isTaken: (one: StepDetail) => one.error !== null }]
      : []),
  ];
}
