/** A table in Markdown, a line each. */
export const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string[] => [
  rowLine(heads),
  rowLine(heads.map(() => "---")),
  ...rows.map(rowLine),
];

/** A text as it stands in a cell of a table. */
export const cell = (text: string): string => text.replaceAll("|", "\\|");

const rowLine = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
