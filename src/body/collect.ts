import type { IncomingMessage } from "node:http";
import { GatewayError } from "../model/errors.ts";
import { LinkedList, type LinkedNode } from "../model/linked-list.ts";

/**
 * Reads all bytes of a body, as they came.
 * @param limit where less is allowed than the collector's own
 * @throws {GatewayError} BODY_TOO_LARGE as soon as that is known, BAD_REQUEST when it breaks off, REQUEST_TIMEOUT when it
 *   has to give way
 */
export type CollectBody = (request: IncomingMessage, limit?: number) => Promise<Buffer>;

/** The most memory of all bodies on their way: so many bytes, or so many times the largest body, whichever is more. */
const TOGETHER = { bytes: 128 * 1024 * 1024, times: 4 };

/** RFC 9112, section 6: a request has a body when its head announces one. */
export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;

/**
 * Makes the function that reads bodies. What all that are on their way hold together is bounded: beyond that, the one that
 * has waited longest for a byte gives way. So clients that send large bodies and never end them take them from each other.
 * @param most bytes of one body
 */
export function bodyCollector(
  most: number,
  together: number = Math.max(TOGETHER.bytes, TOGETHER.times * most),
): CollectBody {
  // How each is made to give way, the one that has waited longest first.
  const arriving = new LinkedList<() => void>();
  let held = 0;

  return async (request, limit = most) => {
    if (Number(request.headers["content-length"] ?? 0) > limit) throw tooLarge(limit);
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      let length = 0;
      let own: LinkedNode<() => void> | null = null;
      const done = (error: Error | null) => {
        request.off("data", take).off("end", end).off("error", done).off("close", closed);
        if (own !== null) arriving.remove(own);
        held -= length;
        if (error === null) return resolve(wholeOf(chunks, length));
        chunks.length = 0;
        request.on("error", () => undefined);
        request.pause();
        reject(error);
      };
      const take = (chunk: Buffer) => {
        length += chunk.length;
        held += chunk.length;
        chunks.push(chunk);
        if (length > limit) return done(tooLarge(limit));
        if (own !== null) arriving.remove(own);
        own = arriving.add(giveWay);
        for (const longest of arriving) {
          if (held <= together) break;
          longest();
        }
      };
      const giveWay = () => done(tooSlow());
      const end = () => done(null);
      const closed = () => done(new GatewayError("BAD_REQUEST", "The body broke off"));
      request.on("data", take).on("end", end).on("error", done).on("close", closed);
    });
  };
}

const wholeOf = (chunks: readonly Buffer[], length: number): Buffer =>
  chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, length);

const tooLarge = (limit: number): GatewayError =>
  new GatewayError("BODY_TOO_LARGE", `The body is larger than limits.body (${limit} bytes)`);

const tooSlow = (): GatewayError =>
  new GatewayError("REQUEST_TIMEOUT", "Many bodies came at once, and this one was the slowest");
