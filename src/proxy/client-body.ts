import type { IncomingMessage, ServerResponse } from "node:http";
import { PassThrough, type Readable } from "node:stream";
import { UpstreamError } from "../model/errors.ts";

/** Bodies up to this many bytes go out as one buffer, which costs less than a stream. */
const SMALL = 64 * 1024;

/**
 * The body of a client's request: null when there is none, a buffer when it is small and its length is known, else a
 * stream. Null too when the client went away while it was read.
 */
export function clientBody(
  request: IncomingMessage,
  response: ServerResponse,
): Buffer | Readable | null | Promise<Buffer | null> {
  const { "content-length": length, "transfer-encoding": chunked } = request.headers;
  if (chunked !== undefined) return streamed(request, response);
  if (length === undefined || length === "0") return null;
  return Number(length) <= SMALL ? whole(request) : streamed(request, response);
}

function whole(request: IncomingMessage): Promise<Buffer | null> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () =>
      resolve(chunks.length === 1 ? (chunks[0] ?? null) : Buffer.concat(chunks)),
    );
    request.on("close", () => resolve(null));
    request.on("error", () => resolve(null));
  });
}

/** Through a stream of its own: undici destroys a stream that it can't send, and the client must still get an answer. */
function streamed(request: IncomingMessage, response: ServerResponse): Readable {
  const between = new PassThrough();
  request.pipe(between);
  const broken = () => between.destroy(brokenOff());
  request.once("error", broken);
  response.once("close", () => {
    if (!request.complete) broken();
  });
  between.once("close", () => {
    request.unpipe(between);
    request.resume();
  });
  between.on("error", () => undefined);
  return between;
}

/** Some of it has been sent, so the upstream may have acted. */
const brokenOff = () => new UpstreamError("BAD_REQUEST", "The body broke off", { sent: true });
