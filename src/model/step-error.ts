import type { ReadyAnswer } from "./caller.ts";
import type { JsonObject } from "./json.ts";

/**
 * Thrown through a step that can't go on now: the run waits, and takes no place meanwhile. No step may catch it; none of its
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
  /** What a `Retry-After` asks for, in milliseconds. */
  readonly retryAfter: number | null;
  /** Set when the upstream refused the caller in whose name the step acted: its 401 or 403. */
  readonly refusal: ReadyAnswer | null;

  constructor(code: string, message: string, options: StepErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.retryable = options.retryable ?? true;
    this.retryAfter = options.retryAfter ?? null;
    this.refusal = options.refusal ?? null;
  }
}

/** Beside the message of a `StepError`. */
export interface StepErrorOptions extends ErrorOptions {
  readonly retryable?: boolean;
  readonly retryAfter?: number | null;
  readonly refusal?: ReadyAnswer | null;
}

/** The error as an `onError` list sees it, and as the history keeps it. */
export interface StepFailure extends JsonObject {
  readonly message: string;
  readonly code: string;
  /** The path of the step that failed. */
  readonly step: string;
}
