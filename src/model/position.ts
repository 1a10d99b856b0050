/** A place in a configuration file; line and column count from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly col: number;
}

/** Something wrong at a place in a configuration file. */
export interface Problem extends Position {
  readonly message: string;
  /** Where to read on: `docs/steps.md#loop`. */
  readonly see?: string;
}

/** `gateway.yaml:7:38: unknown key "staus"`. */
export function problemText(problem: Problem): string {
  return `${placeText(problem)}: ${problem.message}`;
}

/** `gateway.yaml:7:38`. */
export const placeText = ({ file, line, col }: Position): string => `${file}:${line}:${col}`;
