import { randomUUID } from "node:crypto";
import { someRandomBytes } from "./random-stock.ts";

/** The client's `X-Request-Id` if it is 1 to 128 visible ASCII characters, else a new one. */
export function requestIdOf(sent: string | null | undefined): string {
  return sent && /^[!-~]{1,128}$/.test(sent) ? sent : randomUUID();
}

/**
 * The client's `traceparent` if it is one, else a new one (W3C Trace Context).
 *
 *     "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
 */
export function traceparentOf(sent: string | null | undefined): string {
  if (
    sent &&
    /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}/.test(sent)
  ) {
    return sent;
  }
  return `00-${randomHex(16)}-${randomHex(8)}-01`;
}

const randomHex = (bytes: number): string => someRandomBytes(bytes).toString("hex");

/** The trace id in a `traceparent`. */
export const traceIdOf = (traceparent: string): string => traceparent.slice(3, 35);
