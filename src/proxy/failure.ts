import type { ServerResponse } from "node:http";
import { endAnswer, lastHeader } from "../model/early-answer.ts";
import { GatewayError, UpstreamError, errorBody } from "../model/errors.ts";

const NOT_REACHED = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ETIMEDOUT",
  "UND_ERR_CONNECT_TIMEOUT",
]);
const CUT = new Set(["UND_ERR_SOCKET", "ECONNRESET", "EPIPE", "ETIMEDOUT"]);

const LATE = new Set(["UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"]);

/** What undici refuses to put on a wire, such as a header value with a control character. */
const NOT_SENDABLE = new Set(["UND_ERR_INVALID_ARG", "UND_ERR_NOT_SUPPORTED"]);

/**
 * What went wrong between here and the upstream, as a client is told it.
 * @param sent whether the request, or some of it, had gone out
 */
export function upstreamError(
  error: unknown,
  sent = !NOT_REACHED.has(codeOf(error)),
): GatewayError {
  if (error instanceof GatewayError) return error;
  const options = { cause: error, sent };
  const code = codeOf(error);
  if (NOT_SENDABLE.has(code)) {
    return new GatewayError("BAD_REQUEST", "This request can't be forwarded", options);
  }
  if (!sent) {
    return new UpstreamError("UPSTREAM_UNREACHABLE", "The upstream can't be reached", options);
  }
  if (LATE.has(code)) {
    return new UpstreamError("UPSTREAM_TIMEOUT", "The upstream did not answer in time", options);
  }
  if (CUT.has(code)) {
    const message = "The upstream closed the connection before it answered";
    return new UpstreamError("UPSTREAM_UNREACHABLE", message, options);
  }
  return new UpstreamError("UPSTREAM_BROKEN", "The upstream's answer is no valid HTTP", options);
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
  response.writeHead(error.status, [
    "Content-Type",
    "application/json",
    "Content-Length",
    String(body.length),
    ...headers,
    ...lastHeader(response),
  ]);
  endAnswer(response, body);
}
