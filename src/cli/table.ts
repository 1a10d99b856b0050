import Table from "cli-table3";
import { fitForTerminal } from "./terminal.ts";

/** A column: its heading, and whether its cells stand at the right. */
export interface Column {
  readonly heading: string;
  readonly right?: true;
}

/**
 * Rows of texts: as a table with headings on a terminal; else one line a row, with tabs between the cells, for other
 * programs.
 */
export function tableOf(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  isTerminal = process.stdout.isTTY,
): string {
  const cells = rows.map((row) => row.map(fitForTerminal));
  if (!isTerminal) return cells.map((row) => row.join("\t")).join("\n");
  const table = new Table({
    head: columns.map(({ heading }) => heading),
    colAligns: columns.map(({ right }) => (right ? "right" : "left")),
    chars: NO_LINES,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
  });
  table.push(...cells);
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

const NO_LINES = {
  ...Object.fromEntries(
    ["top", "bottom", "left", "right", "mid"].flatMap((side) =>
      ["", "-mid", "-left", "-right"].map((end) => [`${side}${end}`, ""]),
    ),
  ),
  middle: "  ",
};
