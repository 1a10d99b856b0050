import { ExpressionError } from "../model/expression.ts";
import type { StepRecord } from "../model/run.ts";
import type { Redact } from "../model/secrets.ts";
import { type Answered, StepError, type StepFailure } from "../model/step-error.ts";
import { Cut } from "./deadline.ts";
import { isRetryable, retryAfterOf } from "./retry.ts";

/** A step that failed for good, on its way up to whoever handles it. */
export class StepFailed extends StepError {
  readonly failure: StepFailure;

  constructor(failure: StepFailure, cause: unknown) {
    super(failure.code, failure.message, {
      cause,
      retryable: isRetryable(cause),
      retryAfter: retryAfterOf(cause),
      refusal: cause instanceof StepError ? cause.refusal : null,
    });
    this.failure = failure;
  }
}

/** The error as that of the step at a path. One that has failed already stays that step's. */
export const failed = (error: unknown, path: string, redact: Redact): StepFailed =>
  error instanceof StepFailed ? error : new StepFailed(failureOf(error, path, redact), error);

/** The recorded error of a step that failed before. */
export function failedBefore({ path, error, effects }: StepRecord): StepFailed {
  const failure = error ?? { message: "The step failed", code: "STEP_FAILED", step: path };
  const { retryable, retryAfter } = effects ?? {};
  const more = { retryable: retryable ?? true, retryAfter: retryAfter ?? null };
  return new StepFailed(failure, new StepError(failure.code, failure.message, more));
}

/**
 * The failure of a step, as the history keeps it and `error` shows it. A failure of an inner step stays that step's. The code is
 * the error's own when it is a `StepError`, an `ExpressionError` or a `Cut`, else `STEP_FAILED`.
 */
export function failureOf(error: unknown, path: string, redact: Redact): StepFailure {
  if (error instanceof StepFailed) return error.failure;
  const known =
    error instanceof StepError || error instanceof ExpressionError || error instanceof Cut;
  const message = error instanceof Error ? error.message : String(error);
  const { answered = null, child = null } = error instanceof StepError ? error : {};
  return {
    message: redact(message) as string,
    code: known ? error.code : "STEP_FAILED",
    step: path,
    ...(answered !== null && { answered: shown(answered, redact) }),
    ...(child !== null && { child }),
  };
}

/** Bytes of an answer's text that are kept. */
const SHOWN = 1024;

/** Redacted before it is cut, since secrets are harder to find in a part of a JSON text. */
function shown({ status, body }: Answered, redact: Redact): Answered {
  const bytes = Buffer.from(redact(body) as string).subarray(0, SHOWN);
  // As a stream, so that a character that is cut is left out.
  return { status, body: new TextDecoder().decode(bytes, { stream: true }) };
}
