import type { Json } from "../model/json.ts";
import { jsonSize } from "../model/json-size.ts";
import { Cut } from "./deadline.ts";
import type { RunState } from "./run-state.ts";

/** About how many bytes the history keeps of a step or a note beside its values: path, times, numbers. */
const ROW = 100;

/** Counts one more step. The run is cut when that is more than `limits.steps`. */
export function spendStep(run: RunState): void {
  const { steps } = run.parts.limits;
  if (++run.spent.steps <= steps) return;
  run.cut(new Cut("STEPS_LIMIT", `The run has done ${steps} steps; limits.steps allows no more`));
}

/**
 * Counts what is recorded in one row.
 * @param shown is kept only to be shown: a value over `limits.result` is kept as a mark, and counts nothing
 */
export function spendRow(run: RunState, whole: readonly Json[], shown: readonly Json[]): void {
  const { result, record } = run.parts.limits;
  let bytes = ROW;
  for (const value of whole) bytes += jsonSize(value, record);
  for (const value of shown) {
    const size = jsonSize(value, result);
    if (size <= result) bytes += size;
  }
  spendBytes(run, bytes);
}

/** Counts recorded bytes. The run is cut when they are more than `limits.record`. */
export function spendBytes(run: RunState, bytes: number): void {
  const { record } = run.parts.limits;
  run.spent.bytes += bytes;
  if (run.spent.bytes <= record) return;
  const message = `The record of the run has more than ${record} bytes; limits.record allows no more`;
  run.cut(new Cut("RECORD_LIMIT", message));
}
