import type { ReadyAnswer } from "./caller.ts";
import type { JsonObject } from "./json.ts";

/**
 * Thrown through a step that can't go on now: the run waits, and holds no slot meanwhile. No step may catch it; none of its
 * records is written. Later the run is walked again, from what was committed.
 */
export class Suspension extends Error {
  override readonly name = "Suspension";
  /** When to go on; null: when the child has ended. */
  readonly until: Date | null;
  readonly child: string | null;

  constructor(until: Date | null, child: string | null = null) {
    super("The run waits");
    this.until = until;
    this.child = child;
  }
}

/** A step that went wrong. */
export class StepError extends Error {
  override readonly name = "StepError";
  /** Stable, in capitals: `REQUEST_FAILED`. */
  readonly code: string;
  /** Whether trying again may help. */
  readonly retryable: boolean;
  /** The delay that a `Retry-After` asks for, in milliseconds. */
  readonly retryAfter: number | null;
  /** Set when the upstream refused the caller in whose name the step acted: its 401 or 403. */
  readonly refusal: ReadyAnswer | null;
  /** The answer of the upstream or a service that caused the error. As it came, with its secrets. */
  readonly answered: Answered | null;
  /** The run that erred for which this step waited; null where it was none. */
  readonly child: string | null;

  constructor(code: string, message: string, options: StepErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.retryable = options.retryable ?? true;
    this.retryAfter = options.retryAfter ?? null;
    this.refusal = options.refusal ?? null;
    this.answered = options.answered ?? null;
    this.child = options.child ?? null;
  }
}

/** Beside the message of a `StepError`. */
export interface StepErrorOptions extends ErrorOptions {
  readonly retryable?: boolean;
  readonly retryAfter?: number | null;
  readonly refusal?: ReadyAnswer | null;
  readonly answered?: Answered | null;
  readonly child?: string | null;
}

/** An answer that made a step fail, and the beginning of what it says. */
export interface Answered extends JsonObject {
  readonly status: number;
  readonly body: string;
}

/** Characters that are looked at of what an answer says. */
const BODY = 16 * 1024;

/** An answer that made a step fail. */
export const answeredBy = (status: number, text: string): Answered => ({
  status,
  body: text.slice(0, BODY),
});

/** The error as the history keeps it; an `onError` list sees the first three. */
export type StepFailure = {
  readonly message: string;
  readonly code: string;
  /** The path of the step that failed. */
  readonly step: string;
  /** The answer of the upstream or a service, secrets redacted: at most 1 kB of it. */
  readonly answered?: Answered;
  /** The run that the step waited for, when that is what erred. */
  readonly child?: string;
};
