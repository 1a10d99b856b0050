import type { ServerResponse } from "node:http";
import { GatewayError, errorBody } from "../model/errors.ts";

const NO_ANSWER = new Set(["UND_ERR_HEADERS_TIMEOUT"]);
const NOT_REACHED = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ETIMEDOUT",
  "UND_ERR_CONNECT_TIMEOUT",
]);
const CUT = new Set(["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"]);

/** What went wrong between here and the upstream, as a client is told it. */
export function upstreamError(error: unknown): GatewayError {
  const code = codeOf(error);
  if (NO_ANSWER.has(code)) {
    return new GatewayError("UPSTREAM_TIMEOUT", "The upstream did not answer in time", {
      cause: error,
    });
  }
  if (NOT_REACHED.has(code)) {
    return new GatewayError("UPSTREAM_UNREACHABLE", "The upstream can't be reached", {
      cause: error,
    });
  }
  const message = CUT.has(code)
    ? "The upstream closed the connection before it answered"
    : "The upstream's answer is no valid HTTP";
  const known = CUT.has(code) ? "UPSTREAM_UNREACHABLE" : "UPSTREAM_BROKEN";
  return new GatewayError(known, message, { cause: error });
}

/** Whether a connection broke, as it does when an upstream drops one that was idle. */
export const isCut = (error: unknown): boolean => CUT.has(codeOf(error));

function codeOf(error: unknown): string {
  if (typeof error !== "object" || error === null) return "";
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return "code" in error ? String(error.code) : "";
}

/** Answers a client with an error of the gateway's own. Cuts the connection when an answer has begun. */
export function answerError(
  response: ServerResponse,
  error: GatewayError,
  headers: readonly string[],
): void {
  if (response.headersSent) return void response.destroy();
  const body = Buffer.from(JSON.stringify(errorBody(error)));
  // What is left of an upload would hold the connection.
  const last = response.req.complete ? [] : ["Connection", "close"];
  response.writeHead(error.status, [
    "Content-Type",
    "application/json",
    "Content-Length",
    String(body.length),
    ...headers,
    ...last,
  ]);
  response.end(body);
}
