import type { ServerResponse } from "node:http";
import { errorBody, gatewayError } from "../../model/errors.ts";
import type { Log } from "../../model/log.ts";
import { send } from "./send.ts";
import type { WorkflowReport } from "./workflow-report.ts";

/**
 * Answers a concerned request with what was thrown on its way. What is not ours is a bug: the log gets it whole, the client a
 * code. Cuts the connection when an answer has begun.
 * @param log told of errors whose status is 500 and more
 */
export function sendError(
  response: ServerResponse,
  thrown: unknown,
  report: WorkflowReport,
  log: Log,
): void {
  const error = gatewayError(thrown);
  // What was under way for a client that went away was aborted: no error, and nobody to tell.
  if (response.destroyed && isAbort(error.cause)) return;
  if (error.code === "INTERNAL") log.error({ err: error.cause }, error.message);
  else if (error.status >= 500) log.warn({ code: error.code }, error.message);
  if (response.headersSent) return void response.destroy();
  const own = Object.entries({ "Content-Type": "application/json", ...error.headers }).flat();
  const body = Buffer.from(JSON.stringify(errorBody(error)));
  send(response, error.status, [...own, ...report.headers(report.messages)], body);
}

const isAbort = (cause: unknown) => cause instanceof Error && cause.name === "AbortError";
