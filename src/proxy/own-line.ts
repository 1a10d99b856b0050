import type { IncomingMessage } from "node:http";
import type { RequestLine } from "../model/action.ts";

/** The line of a request as it came. Its target may be in absolute form (RFC 9112, section 3.2.2), and goes out without that. */
export function ownLine({ method = "GET", url = "/" }: IncomingMessage): RequestLine {
  const path = url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, "");
  return { method, path: path.startsWith("/") ? path : `/${path}` };
}
