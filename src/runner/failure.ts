import { ExpressionError } from "../model/expression.ts";
import { StepError, type StepFailure } from "../model/step.ts";

/** A step that failed for good, on its way up to whoever handles it. */
export class StepFailed extends StepError {
  readonly failure: StepFailure;

  constructor(failure: StepFailure, cause: unknown, retryable: boolean) {
    super(failure.code, failure.message, { cause, retryable });
    this.failure = failure;
  }
}

/** What went wrong, as the history keeps it and `error` shows it. A failure of an inner step stays that step's. */
export function failureOf(error: unknown, path: string): StepFailure {
  if (error instanceof StepFailed) return error.failure;
  const known = error instanceof StepError || error instanceof ExpressionError;
  const message = error instanceof Error ? error.message : String(error);
  return { message, code: known ? error.code : "STEP_FAILED", step: path };
}
