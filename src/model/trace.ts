import { randomUUID } from "node:crypto";

/** Whether a client may name its request so: 1 to 128 visible ASCII characters. SPEC, section 9. */
export function isRequestId(text: string): boolean {
  return /^[!-~]{1,128}$/.test(text);
}

/** The client's own `X-Request-Id` if it may be one, else a new UUID. */
export function requestIdOf(given: string | null | undefined): string {
  return typeof given === "string" && isRequestId(given) ? given : randomUUID();
}

/**
 * Whether a `traceparent` is one: `00-<32 hex>-<16 hex>-<2 hex>`, no id all zeros. A version that is not known yet may
 * bring more at its end.
 * @see https://www.w3.org/TR/trace-context/#traceparent-header
 */
export function isTraceparent(text: string): boolean {
  const match = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-[\da-f]{2}(-.*)?$/.exec(text);
  if (match === null) return false;
  const [, version, trace = "", span = "", more] = match;
  if (version === "ff" || (version === "00" && more !== undefined)) return false;
  return !/^0+$/.test(trace) && !/^0+$/.test(span);
}

/** The client's `traceparent` if it is valid, else a new one that leaves sampling to others (flags `00`). */
export function traceparentOf(given: string | null | undefined): string {
  return typeof given === "string" && isTraceparent(given) ? given : newTraceparent();
}

/** `00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00` → `0af7651916cd43dd8448eb211c80319c`. */
export function traceIdOf(traceparent: string): string {
  return traceparent.slice(3, 35);
}

function newTraceparent(): string {
  return `00-${hex(randomUUID())}-${hex(randomUUID()).slice(0, 16)}-00`;
}

const hex = (uuid: string) =>
  uuid.slice(0, 8) + uuid.slice(9, 13) + uuid.slice(14, 18) + uuid.slice(19, 23) + uuid.slice(24);
