/** A place in a configuration file; line and column count from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly col: number;
}

/** Something wrong at a place in a configuration file. */
export interface Problem extends Position {
  readonly message: string;
}

/** `gateway.yaml:7:38: unknown key "staus"`. */
export function problemText({ file, line, col, message }: Problem): string {
  return `${file}:${line}:${col}: ${message}`;
}
