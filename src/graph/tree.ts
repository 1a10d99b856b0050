import type { Outline, OutlineBranch, OutlineStep } from "./outline.ts";
import { branchName, cut, detailsOf, headline, nameOf } from "./words.ts";

/** Characters of one detail, at most: so that a line of a tree stays one. */
const LONGEST = 72;

/**
 * A workflow as a tree of text, for terminals:
 *
 *     guard: Titles need three letters
 *     before create of posts, on every request
 *     └─ condition  if: size(trigger.params.values.title) < 3
 *        └─ then
 *           └─ end  status: failed
 */
export function treeOf(outline: Outline): string {
  return [headline(outline), outline.trigger.when, ...stepLines(outline.steps)].join("\n") + "\n";
}

const stepLines = (steps: readonly OutlineStep[]): string[] =>
  grown(steps, (step) => [
    [nameOf(step), ...detailsOf(step).map((text) => cut(text, LONGEST))].join("  "),
    ...grown(step.branches, branchLines),
  ]);

const branchLines = (branch: OutlineBranch): string[] => [
  cut(branchName(branch), LONGEST),
  ...stepLines(branch.steps),
];

/** The lines of each item, the first one on a branch of the tree and the others beneath it. */
function grown<T>(items: readonly T[], linesOf: (item: T) => readonly string[]): string[] {
  return items.flatMap((item, index) => {
    const [first, below] = index === items.length - 1 ? ["└─ ", "   "] : ["├─ ", "│  "];
    return linesOf(item).map((line, at) => `${at === 0 ? first : below}${line}`);
  });
}
