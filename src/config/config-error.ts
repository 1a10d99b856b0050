import { type Problem, problemText } from "../model/position.ts";
import type { Sources } from "../model/sources.ts";

/** All that is wrong with a configuration. Its message has one `file:line:col: message` a line. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  /** By file and place. */
  readonly problems: readonly Problem[];
  /** The files that it was read from, as far as they were read. */
  readonly sources: Sources;

  constructor(problems: readonly Problem[], sources: Sources) {
    const sorted = inOrder(problems);
    super(sorted.map(problemText).join("\n"));
    this.problems = sorted;
    this.sources = sources;
  }
}

/** Sorted by file and place; the same one told twice counts once. */
export function inOrder(problems: readonly Problem[]): Problem[] {
  const distinct = new Map(problems.map((problem) => [problemText(problem), problem]));
  return [...distinct.values()].toSorted(
    (a, b) => compare(a.file, b.file) || a.line - b.line || a.col - b.col,
  );
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
