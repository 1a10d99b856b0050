import { StepError } from "../model/step-error.ts";

/** Bounds the time of one check, which can't be interrupted. Checks are synchronous, so one budget serves all. */
export interface Budget {
  begin(): void;
  /** @throws {StepError} `TOO_MUCH_TO_CHECK` */
  spend(units: number): void;
}

/**
 * Units that a check may spend. One is a character of a value that is compared, or two instructions of a
 * pattern's program at one character: some 10 ns. A `$ref` that is followed costs several.
 */
const MOST = 5_000_000;

/** A budget for the checks of a configuration. */
export function checkBudget(): Budget {
  let left = MOST;
  return {
    begin() {
      left = MOST;
    },
    spend(units) {
      left -= units;
      if (left >= 0) return;
      throw new StepError(
        "TOO_MUCH_TO_CHECK",
        "The value is too large for its schema: checking it would take too long",
        { retryable: false },
      );
    },
  };
}
