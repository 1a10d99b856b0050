import type { IncomingMessage, ServerResponse } from "node:http";

/** The status of a request's answer, or why the answer did not come to its end. */
export type RequestEnd = number | "client left" | "cut off";

/** How a request ended whose answer is closed. `cut off`: the answer broke on this side. */
export function requestEnd(
  { socket }: IncomingMessage,
  { statusCode, writableFinished }: ServerResponse,
): RequestEnd {
  if (writableFinished) return statusCode;
  // A connection that was closed here has neither ended nor failed before.
  return socket.readableEnded || socket.errored !== null ? "client left" : "cut off";
}
