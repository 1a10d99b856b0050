import { validateHeaderName, validateHeaderValue } from "node:http";
import { type Json, isJsonObject, jsonText, parseJson } from "../model/json.ts";
import type { Outcome, WorkflowResponse } from "../model/step.ts";
import { StepError } from "../model/step-error.ts";

/**
 * What a module gave as the outcome of its step, checked: it need not be checked by the compiler.
 * @throws {StepError} `BAD_OUTCOME`
 */
export function outcomeOf(given: unknown, type: string): Outcome {
  const { go, status, result, response, refused } = (given ?? {}) as Partial<
    Record<"go" | "status" | "result" | "response" | "refused", unknown>
  >;
  const kept = () => jsonOf(result, `The result of a ${type} step`);
  if (go === "on") return { go, result: kept() };
  if (go === "end" && (status === "succeeded" || status === "failed")) {
    const end = { go, status, result: kept(), refused: refused === true } as const;
    return response === undefined ? end : { ...end, response: responseOf(response, type) };
  }
  throw wrong(`A ${type} step gave no outcome; it should return on(result)`);
}

/**
 * A value of a module as JSON: undefined becomes null, a date its text.
 * @param what it is, for the error
 * @throws {StepError} `BAD_OUTCOME`
 */
export function jsonOf(value: unknown, what: string): Json {
  let text: string | undefined;
  try {
    text = jsonText((value ?? null) as Json);
  } catch (error) {
    throw wrong(`${what} is not JSON: ${(error as Error).message}`);
  }
  if (typeof text !== "string") throw wrong(`${what} is not JSON: it is a ${typeof value}`);
  return parseJson(text);
}

function responseOf(given: unknown, type: string): WorkflowResponse {
  const what = `The response of a ${type} step`;
  const { status, headers, body } = (given ?? {}) as Partial<WorkflowResponse>;
  if (!Number.isInteger(status) || Number(status) < 200 || Number(status) > 599) {
    throw wrong(`${what} has no status from 200 to 599`);
  }
  return {
    status: status as number,
    headers: headersOf(jsonOf(headers ?? {}, what), what),
    body: jsonOf(body, what),
  };
}

function headersOf(given: Json, what: string): Record<string, string> {
  if (!isJsonObject(given)) throw wrong(`${what}: headers is not a mapping`);
  const headers = Object.entries(given).map(([name, value]): [string, string] => [
    name,
    typeof value === "string" ? value : jsonText(value),
  ]);
  try {
    for (const [name, value] of headers) {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    }
  } catch (error) {
    throw wrong(`${what}: ${(error as Error).message}`);
  }
  return Object.fromEntries(headers);
}

const wrong = (message: string) => new StepError("BAD_OUTCOME", message, { retryable: false });
