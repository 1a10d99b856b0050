import { LONGEST } from "../model/duration.ts";
import { ExpressionError } from "../model/expression.ts";
import type { LazySignal } from "../model/lazy-signal.ts";
import type { Retry } from "../model/step.ts";
import { StepError } from "../model/step-error.ts";

/** Whether trying again may help: not against a wrong configuration or expression, or a refusal. */
export function isRetryable(error: unknown): boolean {
  if (error instanceof StepError) return error.retryable;
  return !(error instanceof ExpressionError);
}

/** Whether another attempt follows the one that failed. @param attempt its number, from 1 */
export const triesAgain = (
  { attempts }: Retry,
  attempt: number,
  error: unknown,
  signal: LazySignal,
): boolean => attempt < attempts && isRetryable(error) && !signal.aborted;

/** The delay that a `Retry-After` asks for, in milliseconds; null without one. */
export const retryAfterOf = (error: unknown): number | null =>
  error instanceof StepError ? error.retryAfter : null;

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
  return Math.min(Math.max(retryAfterOf(error) ?? 0, most * random()), LONGEST);
}
