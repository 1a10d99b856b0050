import { STATUS_CODES, type ServerResponse } from "node:http";
import { earlyAnswer } from "../model/early-answer.ts";
import { GatewayError, UpstreamError, errorBody } from "../model/errors.ts";

const CUT = new Set(["UND_ERR_SOCKET", "ECONNRESET", "EPIPE", "ETIMEDOUT"]);

const LATE = new Set(["UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"]);

/** The codes of requests that undici refuses to send, such as one with a control character in a header. */
const NOT_SENDABLE = new Set(["UND_ERR_INVALID_ARG", "UND_ERR_NOT_SUPPORTED"]);

/** A server may refuse a client's certificate only after the client has sent its request, which stays unread (TLS 1.3). */
const UNWELCOME = /^ERR_SSL_.*_ALERT_(.*CERTIFICATE.*|UNKNOWN_CA|ACCESS_DENIED)$/;

/**
 * The client's error for a failure between the gateway and the upstream.
 * @param sent whether the request, or some of it, had gone out
 */
export function upstreamError(error: unknown, sent: boolean): GatewayError {
  if (error instanceof GatewayError) return error;
  const code = codeOf(error);
  const options = { cause: error, sent: sent && !UNWELCOME.test(code) };
  if (NOT_SENDABLE.has(code)) {
    return new GatewayError("BAD_REQUEST", "This request can't be forwarded", options);
  }
  if (!options.sent) {
    return new UpstreamError("UPSTREAM_UNREACHABLE", "The upstream can't be reached", options);
  }
  if (LATE.has(code)) return late(error);
  if (isCut(error)) {
    const message = "The upstream closed the connection before it answered";
    return new UpstreamError("UPSTREAM_UNREACHABLE", message, options);
  }
  return broken("The upstream's answer is not valid HTTP", error);
}

/** The upstream did not answer in time. */
export const late = (cause?: unknown): UpstreamError =>
  new UpstreamError("UPSTREAM_TIMEOUT", "The upstream did not answer in time", {
    cause,
    sent: true,
  });

/** The upstream's answer can't be used. */
export const broken = (message: string, cause?: unknown): UpstreamError =>
  new UpstreamError("UPSTREAM_BROKEN", message, { cause, sent: true });

/** How many interim answers (1xx) may come before the final one. */
const INTERIM = 100;

/** @throws {UpstreamError} UPSTREAM_BROKEN when there are too many interim answers */
export function checkInterim(count: number): void {
  if (count > INTERIM) throw broken("The upstream sends interim answers without end");
}

/** Whether a connection broke, as it does when an upstream drops one that was idle. */
export const isCut = (error: unknown): boolean => CUT.has(codeOf(error)) && !isMisplaced(error);

/** undici ends a connection itself, under the same code, when an answer comes that was not asked for: 100, 101, a second one. */
const isMisplaced = (error: unknown) => error instanceof Error && error.message.startsWith("bad ");

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
  // The phrase is given, since an answer that could not be written may have left its own behind.
  response.writeHead(error.status, STATUS_CODES[error.status] ?? "", [
    "Content-Type",
    "application/json",
    "Content-Length",
    String(body.length),
    ...headers,
    ...earlyAnswer(response),
  ]);
  response.end(body);
}
