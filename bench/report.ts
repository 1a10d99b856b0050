import type { Sample } from "./measure.ts";

/** All measurements of one contestant in one row, a round each. */
export interface Line {
  readonly contestant: string;
  readonly samples: readonly Sample[];
}

/** A row and who was measured in it: the reference first. */
export interface Part {
  readonly row: string;
  readonly lines: readonly Line[];
}

/** One column of the table. */
type Column = readonly [title: string, cell: (line: Line, part: Part) => string];

const figure = (key: keyof Sample, digits: number) => (line: Line) =>
  shown(median(line.samples.map((sample) => sample[key])), digits);

const numbers: readonly Column[] = [
  ["CPU µs a request", figure("cpu", 1)],
  ["of bare undici", (line, { lines }) => times(line, lines[0])],
  ["requests/s", figure("rate", 0)],
  ["p50 ms", figure("p50", 2)],
  ["p99 ms", figure("p99", 1)],
  ["MB", figure("memory", 0)],
  ["core busy", figure("busy", 2)],
];

/**
 * The table of all medians, in Markdown. Ratios are taken in each round, between measurements that stand side by side, and
 * then their median: other work on the machine shifts both.
 * @param against the contestant that gets a column of its own: how often the others do a request for the same CPU
 */
export function table(parts: readonly Part[], against: string | null): string {
  const columns: Column[] = [
    ["request", (line, { row, lines }) => (line === lines[0] ? row : "")],
    ["proxy", ({ contestant }) => contestant],
    ...numbers,
  ];
  if (against !== null) {
    const other = ({ lines }: Part) => lines.find(({ contestant }) => contestant === against);
    columns.splice(4, 0, [`of ${against}`, (line, part) => times(line, other(part))]);
  }
  const cells = parts.flatMap((part) =>
    part.lines.map((line) => columns.map(([, cell]) => cell(line, part))),
  );
  return aligned([columns.map(([title]) => title), ...cells]);
}

/** How many requests a contestant does for the CPU of one of another: under 1 where it costs more. */
function times({ samples }: Line, other: Line | undefined): string {
  const ratios = samples.map(({ cpu }, round) => (other?.samples[round]?.cpu ?? NaN) / cpu);
  return shown(median(ratios), 2);
}

/** The share of the measured core that other processes used, in the middle of all measurements. */
export function disturbance(parts: readonly Part[]): number {
  return median(
    parts.flatMap(({ lines }) =>
      lines.flatMap(({ samples }) => samples.map((one) => one.disturbed)),
    ),
  );
}

const shown = (value: number, digits: number) =>
  Number.isNaN(value) ? "-" : value.toFixed(digits);

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? NaN;
  return (at(Math.floor((sorted.length - 1) / 2)) + at(Math.floor(sorted.length / 2))) / 2;
}

/** Markdown whose columns stand one below the other: the first two to the left, numbers to the right. */
function aligned(cells: readonly (readonly string[])[]): string {
  const widths =
    cells[0]?.map((_, index) => Math.max(...cells.map((row) => row[index]?.length ?? 0))) ?? [];
  const lines = cells.map((row) =>
    row.map((cell, index) =>
      index < 2 ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0),
    ),
  );
  const rule = widths.map((width, index) =>
    index < 2 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`,
  );
  const [head = [], ...rest] = lines;
  return [head, rule, ...rest].map((row) => `| ${row.join(" | ")} |`).join("\n");
}
