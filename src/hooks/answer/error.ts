import type { ServerResponse } from "node:http";
import { errorBody, gatewayError } from "../../model/errors.ts";
import type { Log } from "../../model/log.ts";
import { send } from "./send.ts";
import type { WorkflowReport } from "./workflow-report.ts";

/**
 * Answers a concerned request with the error that was thrown on its way. An error that is not a `GatewayError` is a bug: it
 * is logged in full, the client gets a code. Cuts the connection when an answer has begun.
 * @param log gets errors whose status is 500 or more
 */
export function sendError(
  response: ServerResponse,
  thrown: unknown,
  report: WorkflowReport,
  log: Log,
): void {
  const error = gatewayError(thrown);
  // The client went away, so its work was aborted: that is not an error, and no one is left to answer.
  if (response.destroyed && isAbort(error.cause)) return;
  report.thrown = error.code;
  if (error.code === "INTERNAL") log.error({ err: error.cause }, error.message);
  else if (error.status >= 500) log.warn({ code: error.code }, error.message);
  if (response.headersSent) return void response.destroy();
  const own = Object.entries({ "Content-Type": "application/json", ...error.headers }).flat();
  const body = Buffer.from(JSON.stringify(errorBody(error)));
  send(response, error.status, [...own, ...report.headers(report.messages)], body);
}

const isAbort = (cause: unknown) => cause instanceof Error && cause.name === "AbortError";
