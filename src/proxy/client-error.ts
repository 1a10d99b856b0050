import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { GatewayError, errorBody } from "../model/errors.ts";
import { requestIdOf } from "../model/trace.ts";

/**
 * Answers a request that could not be parsed, in the shape of all errors, and ends the connection: after such a request it
 * is unknown where the next one begins. Its headers were not read, so its id is a new one. For a server's event
 * `clientError`.
 * @param latest the answer to the latest request that was read of the connection
 */
export function answerClientError(
  error: Error,
  socket: Socket,
  latest: ServerResponse | null,
): void {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  const isWithin = latest?.headersSent === true && !latest.writableFinished;
  const isUnused = code === LATE && socket.bytesRead === 0;
  if (!socket.writable || code === "ECONNRESET" || isWithin || isUnused) {
    socket.destroy();
    return;
  }
  const answer = errorFor(code);
  const body = JSON.stringify(errorBody(answer));
  socket.end(
    `HTTP/1.1 ${answer.status} ${REASONS[answer.status] ?? "Bad Request"}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
      `X-Request-Id: ${requestIdOf(null)}\r\nConnection: close\r\n\r\n${body}`,
  );
  // It is for the client to close now; one that does not is not waited for.
  const gone = setTimeout(() => socket.destroy(), PATIENCE).unref();
  socket.once("close", () => clearTimeout(gone));
}

/** How long a client may take to close a connection that was ended, in milliseconds. */
const PATIENCE = 1_000;

/** The code of a head that did not come in time. */
const LATE = "ERR_HTTP_REQUEST_TIMEOUT";

const REASONS: Readonly<Record<number, string>> = {
  400: "Bad Request",
  408: "Request Timeout",
  431: "Request Header Fields Too Large",
};

function errorFor(code: string): GatewayError {
  if (code === "HPE_HEADER_OVERFLOW") {
    return new GatewayError(
      "HEADERS_TOO_LARGE",
      "The request's headers are larger than limits.headers",
    );
  }
  if (code === LATE) {
    return new GatewayError("REQUEST_TIMEOUT", "The request's head did not come in time");
  }
  return new GatewayError("BAD_REQUEST", "The request is not valid HTTP");
}
