import { readFile } from "node:fs/promises";
import type { Position } from "../model/position.ts";

/** Each stands in one column, as on the line with the caret. */
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g;

/** Characters of a line that are shown, before the place and behind it. */
const AROUND = 60;

/**
 * The line of a file that a place is in, and a caret below it; `[]` when it can't be read any more.
 *
 *     7 |   status: ${{ trigger.data.staus }}
 *       |                            ^
 */
export async function excerpt({ file, line, col }: Position): Promise<readonly string[]> {
  const text = await readFile(file, "utf8").catch(() => null);
  const whole = text?.split(/\r\n|\n|\r/)[line - 1];
  if (whole === undefined) return [];
  const from = Math.max(0, col - 1 - AROUND);
  const shown = whole.slice(from, col - 1 + AROUND).replace(CONTROL, " ");
  const number = String(line);
  return [
    `  ${number} | ${from > 0 ? "…" : ""}${shown}${from + shown.length < whole.length ? "…" : ""}`,
    `  ${" ".repeat(number.length)} | ${" ".repeat(col - 1 - from + (from > 0 ? 1 : 0))}^`,
  ];
}
