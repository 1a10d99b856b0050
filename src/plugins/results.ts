import { type Json, jsonText, parseJson } from "../model/json.ts";
import type { Outcome } from "../model/step.ts";
import { StepError } from "../model/step-error.ts";
import type { StepType } from "../model/step-type.ts";

/** A step type whose outcome is one, and whose result is JSON: a module need not be checked by the compiler. */
export const withJsonResults = (type: StepType): StepType => ({
  ...type,
  run: async (config, context) => outcomeOf(await type.run(config, context), type.type),
});

function outcomeOf(given: unknown, type: string): Outcome {
  if (typeof given === "object" && given !== null && "go" in given && "result" in given) {
    return { ...(given as Outcome), result: jsonOf(given.result, type) };
  }
  throw wrong(`A ${type} step gave no outcome; it should return on(result)`);
}

function jsonOf(result: unknown, type: string): Json {
  try {
    return parseJson(jsonText((result ?? null) as Json));
  } catch (error) {
    throw wrong(`The result of a ${type} step is not JSON: ${(error as Error).message}`);
  }
}

const wrong = (message: string) => new StepError("BAD_OUTCOME", message, { retryable: false });
