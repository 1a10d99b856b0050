import { type Problem, problemText } from "../model/position.ts";

/** All that is wrong with a configuration, one `file:line:col: message` a line. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(problemText).join("\n"));
    this.problems = problems;
  }
}

/** In the order in which a reader meets them; the same one told twice counts once. */
export function inOrder(problems: readonly Problem[]): Problem[] {
  const distinct = new Map(problems.map((problem) => [problemText(problem), problem]));
  const files = [...new Set(problems.map(({ file }) => file))];
  return [...distinct.values()].toSorted(
    (a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.col - b.col,
  );
}
