import { StepError } from "../model/step-error.ts";
import type { Outcome } from "../model/step.ts";
import { lastName } from "./names.ts";
import type { Mock } from "../model/workflow-test.ts";

/** What steps give in place of what they do, by id or path; a list has one for each time that the step is done. */
export type MocksByStep = Readonly<Record<string, Mock | readonly Mock[]>>;

/** A step of a run: the key of its workflow and its path, `turns[2].pay`. */
export interface PlayedStep {
  readonly workflow: string;
  readonly path: string;
}

/** Gives what a step is to give now; null: what it does. @throws {StepError} the error that it is to give */
export type TakeMock = (step: PlayedStep) => Outcome | null;

/**
 * Makes what hands mocks out. The most exact name counts.
 * @param missed told of a step whose list is used up
 */
export function mocksOf(mocks: MocksByStep, missed: (message: string) => void): TakeMock {
  const used = new Map<string, number>();
  return (step) => {
    const name = namesOf(step).find((one) => Object.hasOwn(mocks, one));
    if (name === undefined) return null;
    const given = mocks[name] as Mock | readonly Mock[];
    const count = used.get(name) ?? 0;
    used.set(name, count + 1);
    const mock = isList(given) ? given[count] : given;
    if (mock !== undefined) return outcomeOf(mock);
    const times = isList(given) ? given.length : 0;
    const message = `steps.${name} has ${times} entries, and the step is done once more`;
    missed(message);
    throw new StepError("NOT_MOCKED", message, { retryable: false });
  };
}

/** The names that a step is known by, the most exact one first: `pay-out/turns[2].pay`, `turns[2].pay`, `pay-out/pay`, `pay`. */
export function namesOf({ workflow, path }: PlayedStep): readonly string[] {
  const names = [path, path.replace(/\[\d+\](?=\.)/g, "[*]"), lastName(path)];
  return names.flatMap((name) => [`${workflow}/${name}`, name]);
}

const isList = (given: Mock | readonly Mock[]): given is readonly Mock[] => Array.isArray(given);

function outcomeOf(mock: Mock): Outcome {
  if ("result" in mock) return { go: "on", result: mock.result };
  const { error } = mock;
  if (typeof error === "string") throw new StepError("MOCKED", error);
  throw new StepError(error.code, error.message, { retryable: error.retryable });
}
