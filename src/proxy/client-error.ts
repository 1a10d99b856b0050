import type { Duplex } from "node:stream";
import { GatewayError, errorBody } from "../model/errors.ts";
import { requestIdOf } from "../model/trace.ts";

/**
 * Answers a request that could not even be parsed, in the shape of all errors, and ends the connection: after such a
 * request nobody knows where the next one begins. Its headers were not read, so its id is a new one. For the event `clientError` of a server.
 */
export function answerClientError(error: Error, socket: Duplex): void {
  if (!socket.writable || (error as NodeJS.ErrnoException).code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  const told = toldOf((error as NodeJS.ErrnoException).code ?? "");
  const body = JSON.stringify(errorBody(told));
  socket.end(
    `HTTP/1.1 ${told.status} ${REASONS[told.status] ?? "Bad Request"}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
      `X-Request-Id: ${requestIdOf(null)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

const REASONS: Readonly<Record<number, string>> = {
  400: "Bad Request",
  408: "Request Timeout",
  431: "Request Header Fields Too Large",
};

function toldOf(code: string): GatewayError {
  if (code === "HPE_HEADER_OVERFLOW") {
    return new GatewayError(
      "HEADERS_TOO_LARGE",
      "The request's headers are larger than limits.headers",
    );
  }
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") {
    return new GatewayError("REQUEST_TIMEOUT", "The request's head did not come in time");
  }
  return new GatewayError("BAD_REQUEST", "The request is no valid HTTP");
}
