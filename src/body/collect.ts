import type { IncomingMessage } from "node:http";
import { GatewayError } from "../model/errors.ts";

/** RFC 9112, section 6: a request has a body when its head announces one. */
export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;

/**
 * All bytes of a body, as they came.
 * @throws {GatewayError} BODY_TOO_LARGE as soon as that is known, BAD_REQUEST when it breaks off
 */
export async function collectBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  if (Number(request.headers["content-length"] ?? 0) > limit) throw tooLarge(limit);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const done = (error: Error | null) => {
      request.off("data", take).off("end", end).off("error", done).off("close", closed);
      if (error === null) return resolve(Buffer.concat(chunks, length));
      request.on("error", () => undefined);
      request.pause();
      reject(error);
    };
    const take = (chunk: Buffer) => {
      length += chunk.length;
      chunks.push(chunk);
      if (length > limit) done(tooLarge(limit));
    };
    const end = () => done(null);
    const closed = () => done(new GatewayError("BAD_REQUEST", "The body broke off"));
    request.on("data", take).on("end", end).on("error", done).on("close", closed);
  });
}

/** A body that is too large. */
export const tooLarge = (limit: number): GatewayError =>
  new GatewayError("BODY_TOO_LARGE", `The body is larger than limits.body (${limit} bytes)`);
