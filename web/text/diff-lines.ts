import { diffLines as compare } from "diff";

/** A line that both texts have (` `), only the first (`-`), or only the second (`+`). */
export interface DiffLine {
  readonly mark: " " | "-" | "+";
  readonly text: string;
}

/** Milliseconds that a comparison may take; then the texts stand one after another. */
const LONGEST = 500;

/** Compares two texts line by line. */
export function diffLines(before: string, after: string): DiffLine[] {
  const changes = compare(`${before}\n`, `${after}\n`, { timeout: LONGEST });
  if (changes === undefined) return [...marked(before, "-"), ...marked(after, "+")];
  return changes.flatMap(({ value, added, removed }) =>
    marked(value.replace(/\n$/, ""), added ? "+" : removed ? "-" : " "),
  );
}

const marked = (text: string, mark: DiffLine["mark"]): DiffLine[] =>
  text.split("\n").map((line) => ({ mark, text: line }));
