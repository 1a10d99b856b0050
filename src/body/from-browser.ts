import type { IncomingMessage } from "node:http";

/**
 * Whether a page in a browser may have sent a request: with the user's session, or from another site. To such a form
 * nothing may be added that the browser did not allow the page, such as a type that asks the other site first.
 * @see https://fetch.spec.whatwg.org/#cors-safelisted-request-header
 */
export function fromBrowser({ headers }: IncomingMessage): boolean {
  if (headers.cookie !== undefined) return true;
  return headers.origin !== undefined && hostOf(headers.origin) !== headers.host?.toLowerCase();
}

/** Null where it is none: `null`. */
function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}
