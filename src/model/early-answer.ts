import type { ServerResponse } from "node:http";

/** How long a client may go on sending what nobody reads, in milliseconds. */
const PATIENCE = 2_000;

/** The header that goes with an answer to a request that is not read to its end, as a raw pair; else none. */
export const lastHeader = ({ req }: ServerResponse): string[] =>
  // An upload that nobody reads would hold the connection; the client is told that it ends here.
  req.complete ? [] : ["Connection", "close"];

/**
 * Ends an answer whose head is written. A client that is still sending gets the answer at once, and the connection ends when
 * it has sent what it was about to, or after two seconds: one that is closed under a client that still writes takes the
 * answer with it (RFC 9112, section 9.6).
 */
export function endAnswer(response: ServerResponse, content: Buffer): void {
  if (response.req.complete || response.destroyed) return void response.end(content);
  const end = () => void response.end();
  const patience = setTimeout(end, PATIENCE);
  response.once("close", () => clearTimeout(patience));
  response.req.once("end", end).resume();
  response.flushHeaders();
  response.write(content);
}
