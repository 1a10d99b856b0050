import { type Json, jsonText } from "../model/json.ts";
import { StepError } from "../model/step-error.ts";

/** Bytes that a character of a text may take as JSON: `\u0000`. */
const MOST_A_CHARACTER = 6;

/**
 * Sees to it that a step's result can be kept.
 * @param limit bytes as JSON
 * @throws {StepError} `RESULT_TOO_LARGE`, `RESULT_NOT_JSON`
 */
export function checkResult(result: Json, limit: number): void {
  if (result === null || isSmall(result, limit)) return;
  const bytes = Buffer.byteLength(jsonOf(result));
  if (bytes <= limit) return;
  const message = `The result has ${bytes} bytes; limits.result allows ${limit}`;
  throw new StepError("RESULT_TOO_LARGE", message, { retryable: false });
}

/** Whether it is within the limit for sure, so that it need not be written out to be measured. */
function isSmall(result: Json, limit: number): boolean {
  if (typeof result === "boolean") return true;
  if (typeof result === "string") return result.length * MOST_A_CHARACTER + 2 <= limit;
  return typeof result === "number" && Number.isFinite(result);
}

function jsonOf(result: unknown): string {
  try {
    // Of a function or undefined it is undefined; infinities would become null.
    const text = typeof result === "number" ? undefined : jsonText(result as Json);
    if (typeof text === "string") return text;
  } catch {
    // A circle.
  }
  throw new StepError("RESULT_NOT_JSON", "The result is not a JSON value", { retryable: false });
}
