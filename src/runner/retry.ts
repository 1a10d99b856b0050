import { ExpressionError } from "../model/expression.ts";
import { type Retry, StepError } from "../model/step.ts";

/** Whether trying again may help: not against a wrong configuration or expression, or a refusal. */
export function isRetryable(error: unknown): boolean {
  if (error instanceof StepError) return error.retryable;
  return !(error instanceof ExpressionError);
}

/**
 * How long to wait after an attempt, in milliseconds: exponential with full jitter, and never less than a `Retry-After`
 * asked for.
 * @param attempt the one that failed, from 1
 * @param random from 0 to 1
 */
export function backoff(
  { delay, factor, maxDelay }: Retry,
  attempt: number,
  error: unknown,
  random: () => number,
): number {
  const most = Math.min(maxDelay, delay * factor ** (attempt - 1));
  const asked = error instanceof StepError ? (error.retryAfter ?? 0) : 0;
  return Math.max(asked, most * random());
}
