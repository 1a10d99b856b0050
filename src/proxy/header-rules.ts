import type { IncomingMessage } from "node:http";
import type { TLSSocket } from "node:tls";
import { HOP_BY_HOP } from "../model/headers.ts";
import { requestIdOf, traceparentOf } from "../model/trace.ts";

/** A client's request head as it goes out. */
export interface ForwardedHead {
  /** Raw pairs. */
  readonly headers: string[];
  readonly requestId: string;
}

/** Said anew for the connection to the upstream. `expect` was answered by this server. */
const OWN: ReadonlySet<string> = new Set([...HOP_BY_HOP, "host", "expect"]);

/**
 * The headers of a client's request as the upstream gets them: hop-by-hop ones and those that `Connection` names are gone,
 * forwarding ones, a request id and a trace are there. RFC 9110, section 7.6.1; RFC 7239 for what the names mean.
 * @param raw pairs in place of the client's own
 * @param keepLength whether the client's Content-Length is that of what goes out; undici says it otherwise
 */
export function forwardedHead(
  request: IncomingMessage,
  raw: readonly string[],
  keepLength: boolean,
): ForwardedHead {
  const named = connectionNames(request.headers.connection);
  const headers: string[] = [];
  let forwardedFor = "";
  let proto: string | null = null;
  let host: string | null = null;
  let sentId: string | null = null;
  let trace: string | null = null;
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at] as string;
    const value = raw[at + 1] as string;
    const lower = name.toLowerCase();
    if (OWN.has(lower) || named?.has(lower)) continue;
    if (lower === "content-length" && !keepLength) continue;
    if (lower === "x-forwarded-for") forwardedFor += `${value}, `;
    else if (lower === "x-forwarded-proto") proto ??= value;
    else if (lower === "x-forwarded-host") host ??= value;
    else if (lower === "x-request-id") sentId ??= value;
    else if (lower === "traceparent") trace ??= value;
    else headers.push(name, value);
  }
  const requestId = requestIdOf(sentId);
  headers.push("X-Forwarded-For", forwardedFor + (request.socket.remoteAddress ?? "unknown"));
  headers.push(
    "X-Forwarded-Proto",
    proto ?? ((request.socket as TLSSocket).encrypted ? "https" : "http"),
  );
  headers.push("X-Forwarded-Host", host ?? request.headers.host ?? "");
  headers.push("X-Request-Id", requestId, "traceparent", traceparentOf(trace));
  return { headers, requestId };
}

/**
 * The headers of an upstream's answer as the client gets them: byte for byte, minus those of the connection.
 * @param raw pairs as undici gives them
 * @param set raw pairs in place of the upstream's of the same name
 * @param requestId put in where the upstream sets none of its own; null: nothing
 */
export function answerHead(
  raw: readonly Buffer[],
  set: readonly string[],
  requestId: string | null,
): string[] {
  const headers: string[] = [];
  const named = connectionNames(connectionOf(raw));
  const replaced =
    set.length === 0 ? null : new Set(set.filter((_, at) => at % 2 === 0).map(lower));
  let hasId = false;
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = (raw[at] as Buffer).toString("latin1");
    const low = name.toLowerCase();
    if (HOP_BY_HOP.has(low) || named?.has(low) || replaced?.has(low)) continue;
    if (low === "x-request-id") hasId = true;
    headers.push(name, (raw[at + 1] as Buffer).toString("latin1"));
  }
  headers.push(...set);
  if (!hasId && requestId !== null) headers.push("X-Request-Id", requestId);
  return headers;
}

/** Names that a Connection header makes hop-by-hop; null when it names none but the usual. */
function connectionNames(value: string | undefined): ReadonlySet<string> | null {
  if (value === undefined || /^\s*(keep-alive|close)\s*$/i.test(value)) return null;
  return new Set(value.split(",").map((name) => name.trim().toLowerCase()));
}

function connectionOf(raw: readonly Buffer[]): string | undefined {
  const values: string[] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at] as Buffer;
    if (name.length === 10 && lower(name.toString("latin1")) === "connection") {
      values.push((raw[at + 1] as Buffer).toString("latin1"));
    }
  }
  return values.length === 0 ? undefined : values.join(",");
}

const lower = (name: string) => name.toLowerCase();
