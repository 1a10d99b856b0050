import type { Outline, OutlineBranch, OutlineStep } from "./outline.ts";
import { branchName, cut, detailsOf, headline, nameOf } from "./words.ts";

/** Characters of one detail, at most. */
const LONGEST = 60;

/**
 * A workflow as a Mermaid flowchart, for Markdown. An arrow leads from each step to the next one. A step with branches stands
 * in a box with them, and the arrow to the next step leaves the box.
 * @see https://mermaid.js.org/syntax/flowchart.html
 */
export function mermaidOf(outline: Outline): string {
  let count = 0;
  const next = () => `s${++count}`;

  const chain = (steps: readonly OutlineStep[]): Chain => {
    const drawn = steps.map(single);
    const ids = drawn.map(({ first }) => first);
    const arrows = ids.slice(1).map((id, index) => `${ids[index]} --> ${id}`);
    return { first: ids[0] ?? null, lines: [...drawn.flatMap(({ lines }) => lines), ...arrows] };
  };

  const single = (step: OutlineStep) => {
    const id = next();
    const text = [nameOf(step), ...detailsOf(step).map((detail) => cut(detail, LONGEST))];
    const node = `${id}[${quoted(text)}]`;
    if (step.branches.length === 0) return { first: id, lines: [node] };
    const box = `${id}box`;
    const inner = [node, ...step.branches.flatMap((branch) => branchFrom(id, branch))];
    const lines = [`subgraph ${box} [" "]`, ...["direction TB", ...inner].map(indented), "end"];
    return { first: box, lines };
  };

  const branchFrom = (from: string, branch: OutlineBranch) => {
    const { first, lines } = chain(branch.steps);
    const to = first ?? `${next()}["no steps"]`;
    const arrow = branch.at === "onError" ? "-.->" : "-->";
    return [...lines, `${from} ${arrow}|${quoted([cut(branchName(branch), LONGEST)])}| ${to}`];
  };

  const { first, lines } = chain(outline.steps);
  const start = `start([${quoted([headline(outline), outline.trigger.when])}])`;
  const arrow = first === null ? [] : [`start --> ${first}`];
  return ["flowchart TB", ...[start, ...lines, ...arrow].map(indented)].join("\n") + "\n";
}

/** Steps one after another: the id that an arrow to them leads to, and all that draws them. */
interface Chain {
  readonly first: string | null;
  readonly lines: readonly string[];
}

const indented = (line: string): string => `  ${line}`;

/** Lines as one text of Mermaid. All that could mean something to Mermaid or HTML is written by its number: `#60;`. */
const quoted = (lines: readonly string[]): string => `"${lines.map(escaped).join("<br>")}"`;

const escaped = (text: string): string =>
  text.replace(/[^\p{L}\p{M}\p{N}_ .,:()[\]=+/!?-]/gu, (found) => `#${found.codePointAt(0)};`);
