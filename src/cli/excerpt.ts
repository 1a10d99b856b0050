import { readFile } from "node:fs/promises";
import type { Position } from "../model/position.ts";

/** Each stands in one column, as on the line with the caret. */
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g;

/** Characters of a line that are shown, before the place and behind it. */
const AROUND = 60;

/** Gives the line of a file that a place is in, and a caret below it; `[]` when it can't be read any more. */
export type Excerpt = (place: Position) => Promise<readonly string[]>;

/**
 * Makes what gives excerpts. Each file is read once.
 *
 *     7 |   status: ${{ trigger.data.staus }}
 *       |                            ^
 */
export function excerpts(): Excerpt {
  const files = new Map<string, Promise<readonly string[]>>();
  return async ({ file, line, col }) => {
    const lines = files.get(file) ?? linesOf(file);
    files.set(file, lines);
    const whole = (await lines)[line - 1];
    return whole === undefined ? [] : shownAt(whole, line, col);
  };
}

const linesOf = (file: string): Promise<readonly string[]> =>
  readFile(file, "utf8").then(
    (text) => text.split(/\r\n|\n|\r/),
    () => [],
  );

function shownAt(whole: string, line: number, col: number): string[] {
  const from = Math.max(0, col - 1 - AROUND);
  const shown = whole.slice(from, col - 1 + AROUND).replace(CONTROL, " ");
  const number = String(line);
  return [
    `  ${number} | ${from > 0 ? "…" : ""}${shown}${from + shown.length < whole.length ? "…" : ""}`,
    `  ${" ".repeat(number.length)} | ${" ".repeat(col - 1 - from + (from > 0 ? 1 : 0))}^`,
  ];
}
