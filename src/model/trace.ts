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
export const traceparentOf = (sent: string | null | undefined): string =>
  sent && isTraceparent(sent) ? sent : `00-${randomHex(16)}-${randomHex(8)}-01`;

/** Whether a text is a `traceparent`. One of a later version may have more behind it. */
export const isTraceparent = (text: string): boolean =>
  TRACEPARENT.test(text) && (text.length === KNOWN_LENGTH || !text.startsWith("00"));

const TRACEPARENT =
  /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-|$)/;

/** Of version 00, which has nothing behind its flags. */
const KNOWN_LENGTH = 55;

const randomHex = (bytes: number): string => someRandomBytes(bytes).toString("hex");

/** The trace id in a `traceparent`. */
export const traceIdOf = (traceparent: string): string => traceparent.slice(3, 35);
