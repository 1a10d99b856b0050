import type { Outline, OutlineBranch, OutlineStep } from "./outline.ts";
import { branchName, cut, detailsOf, headline, lettersOf, nameOf } from "./words.ts";

/** Lengths in pixels. The letters are all of one width, so that a text can be measured without drawing it. */
const LINE = 18;
const LETTER = 7.3;
const PAD = 10;
const GAP = 22;
const LONGEST = 48;

const STYLE = `
  text { font: 12px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #1f2933; white-space: pre }
  .name { font-weight: bold }
  .step { fill: #ffffff; stroke: #52606d }
  .branch { fill: #f1f4f8; stroke: #9aa5b1; stroke-dasharray: 4 3 }
  .start { fill: #dbeafe; stroke: #2563eb }
  path { stroke: #52606d; fill: none; marker-end: url(#arrow) }
  #arrow path { fill: #52606d; stroke: none; marker-end: none }
  @media (prefers-color-scheme: dark) {
    text { fill: #e4e7eb }
    .step { fill: #1f2933; stroke: #9aa5b1 }
    .branch { fill: #323f4b; stroke: #7b8794 }
    .start { fill: #1e3a5f; stroke: #60a5fa }
    path { stroke: #9aa5b1 }
    #arrow path { fill: #9aa5b1 }
  }
`;

/** A box with what is drawn in it. `draw` gives its SVG at a place. */
interface Box {
  readonly width: number;
  readonly height: number;
  draw(x: number, y: number): string;
}

/**
 * A workflow as an SVG picture of its own: no script, nothing from elsewhere, light and dark. A step with branches is a box
 * around them, side by side.
 */
export function svgOf(outline: Outline): string {
  const { trigger, steps } = outline;
  const start = labelled("start", [headline(outline), trigger.when], null);
  const all = stacked([start, ...steps.map(stepBox)]);
  const [width, height] = [all.width + 2 * PAD, all.height + 2 * PAD].map(Math.ceil);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escaped(headline(outline))}</title>`,
    `<style>${STYLE}</style>`,
    '<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>',
    all.draw(PAD, PAD),
    "</svg>\n",
  ].join("\n");
}

function stepBox(step: OutlineStep): Box {
  const branches = step.branches.map(branchBox);
  const inner = branches.length === 0 ? null : sideBySide(branches);
  return labelled("step", [nameOf(step), ...detailsOf(step)], inner);
}

const branchBox = (branch: OutlineBranch): Box => {
  const steps = branch.steps.length === 0 ? null : stacked(branch.steps.map(stepBox));
  return labelled("branch", [branchName(branch)], steps);
};

/** A rectangle with lines of text, and below them what it holds. A line that is cut is whole in the title. */
function labelled(kind: string, lines: readonly string[], inner: Box | null): Box {
  const shown = lines.map((line) => cut(line, LONGEST));
  const text = Math.max(...shown.map(widthOf));
  const width = Math.max(text, inner?.width ?? 0) + 2 * PAD;
  const head = shown.length * LINE + PAD;
  const height = head + (inner === null ? 0 : inner.height + PAD);
  return {
    width,
    height,
    draw(x, y) {
      const rows = shown.map((line, index) => {
        const place = `x="${x + PAD}" y="${y + (index + 1) * LINE}"`;
        return `<text ${place}${index === 0 ? ' class="name"' : ""}>${escaped(line)}</text>`;
      });
      const frame = `<rect class="${kind}" x="${x}" y="${y}" width="${width}" height="${height}" rx="6"/>`;
      const whole = `<title>${escaped(lines.join("\n"))}</title>`;
      const below = inner?.draw(x + (width - inner.width) / 2, y + head) ?? "";
      return `<g>${whole}${frame}${rows.join("")}${below}</g>`;
    },
  };
}

/** One below the other in the middle, with arrows. */
function stacked(boxes: readonly Box[]): Box {
  const width = Math.max(...boxes.map((box) => box.width));
  const height = total(boxes.map((box) => box.height)) + GAP * (boxes.length - 1);
  return {
    width,
    height,
    draw(x, y) {
      let top = y;
      const middle = x + width / 2;
      const drawn = boxes.map((box, index) => {
        const arrow = index > 0 ? `<path d="M${middle} ${top - GAP}V${top}"/>` : "";
        const here = box.draw(middle - box.width / 2, top);
        top += box.height + GAP;
        return arrow + here;
      });
      return drawn.join("\n");
    },
  };
}

function sideBySide(boxes: readonly Box[]): Box {
  return {
    width: total(boxes.map((box) => box.width)) + PAD * (boxes.length - 1),
    height: Math.max(...boxes.map((box) => box.height)),
    draw(x, y) {
      let left = x;
      const drawn = boxes.map((box) => {
        const here = box.draw(left, y);
        left += box.width + PAD;
        return here;
      });
      return drawn.join("\n");
    },
  };
}

const total = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0);

/** Letters of East Asia, and emojis, take the place of two. */
const widthOf = (text: string): number =>
  total(lettersOf(text).map((letter) => (WIDE.test(letter) ? 2 : 1))) * LETTER;

const WIDE = /[\u1100-\u115F\u2E80-\uFFE6\u{1F000}-\u{3FFFD}]/u;

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

const escaped = (text: string): string => text.replace(/[&<>"]/g, (found) => ENTITIES[found] ?? "");
