import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { TLSSocket } from "node:tls";
import { HOP_BY_HOP, headerPairs } from "../model/headers.ts";
import { requestIdOf, traceparentOf } from "../model/trace.ts";
import type { AnswerRules } from "../model/upstream.ts";
import { broken } from "./failure.ts";
import type { ClientView, Locate, Located } from "./locations.ts";

/** A client's request head as it goes out. */
export interface ForwardedHead {
  /** Raw pairs. */
  readonly headers: string[];
  readonly requestId: string;
  readonly client: ClientView;
}

/** Changes to a request's headers, beside the rules that hold for all requests. */
export interface ForwardedOptions {
  /** Whether the client's Content-Length is that of what goes out; undici says it otherwise. */
  readonly keepLength: boolean;
  /** Whether the upstream is told the client's `Host` in place of its own. */
  readonly keepHost: boolean;
}

/** Said anew for the connection to the upstream. `expect` was answered by this server. */
const OWN: ReadonlySet<string> = new Set([...HOP_BY_HOP, "host", "expect"]);

/**
 * The headers of a client's request as the upstream gets them: hop-by-hop ones and those that `Connection` names are gone,
 * forwarding ones, a request id and a trace are there. RFC 9110, section 7.6.1; RFC 7239 for what the names mean.
 * @param raw pairs in place of the client's own
 */
export function forwardedHead(
  request: IncomingMessage,
  raw: readonly string[],
  { keepLength, keepHost }: ForwardedOptions,
): ForwardedHead {
  const named = connectionNames(request.headers.connection);
  const { host: ownHost = "" } = request.headers;
  const headers: string[] = keepHost && ownHost !== "" ? ["Host", ownHost] : [];
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
  const client = {
    proto: proto ?? ((request.socket as TLSSocket).encrypted ? "https" : "http"),
    host: host ?? ownHost,
  };
  headers.push("X-Forwarded-For", forwardedFor + (request.socket.remoteAddress ?? "unknown"));
  headers.push("X-Forwarded-Proto", client.proto, "X-Forwarded-Host", client.host);
  headers.push("X-Request-Id", requestId, "traceparent", traceparentOf(trace));
  return { headers, requestId, client };
}

/** Changes to the head of an upstream's answer. */
export interface AnswerOptions {
  /** Which headers of the upstream go to the client; undefined: all. */
  readonly passes?: AnswerRules["passes"] | undefined;
  /** Put in where the upstream sets none of its own. */
  readonly requestId?: string;
  /** How addresses that the upstream tells are given to this client; null: as they are. */
  readonly locate?: Locate | null;
  readonly client?: ClientView;
}

/**
 * The headers of an upstream's answer as the client gets them: byte for byte, minus those of the connection.
 * @param raw pairs as undici gives them
 * @throws {UpstreamError} UPSTREAM_BROKEN for what no answer may hold
 */
export function answerHead(
  raw: readonly Buffer[],
  { passes, requestId, locate = null, client }: AnswerOptions,
): string[] {
  const headers: string[] = [];
  const named = connectionNames(connectionOf(raw));
  let hasId = false;
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = (raw[at] as Buffer).toString("latin1");
    const low = name.toLowerCase();
    if (HOP_BY_HOP.has(low) || named?.has(low) || passes?.(low) === false) continue;
    if (low === "x-request-id") hasId = true;
    const value = checkedValue((raw[at + 1] as Buffer).toString("latin1"));
    headers.push(name, locate && client && isAddress(low) ? locate(value, client) : value);
  }
  if (!hasId && requestId !== undefined) headers.push("X-Request-Id", requestId);
  return headers;
}

/**
 * Raw pairs as texts, those of the connection too.
 * @param located makes of an address that the upstream tells one that the client can reach; null: they stay
 * @throws {UpstreamError} UPSTREAM_BROKEN for what no answer may hold
 */
export function rawHead(raw: readonly Buffer[], located: Located | null = null): string[] {
  const head = raw.map((bytes) => checkedValue(bytes.toString("latin1")));
  if (located === null) return head;
  return head.map((text, at) =>
    at % 2 === 1 && isAddress(lower(head[at - 1] as string)) ? located(text) : text,
  );
}

/** A head without the length that a 204 says of a body, which it may not have: a client would wait for it. RFC 9110, 8.6 */
export function withoutFalseLength<Head extends readonly string[]>(
  status: number,
  head: Head,
): Head | string[] {
  if (status !== 204) return head;
  return headerPairs(head)
    .filter(([name, value]) => lower(name) !== "content-length" || Number(value) === 0)
    .flat();
}

const isAddress = (name: string) => name === "location" || name === "content-location";

/**
 * The reason phrase of an answer, as bytes in latin1; undefined for the usual phrase of its status. undici has read the
 * phrase as UTF-8: a phrase in another encoding is lost.
 * @throws {UpstreamError} UPSTREAM_BROKEN for a status or a phrase that no answer may have
 */
export function reasonOf(status: number, text: string): string | undefined {
  if (status < 100 || status > 999) throw broken("The upstream's answer has a status out of range");
  if (text === STATUS_CODES[status] || text.includes("\ufffd")) return undefined;
  return checkedValue(Buffer.from(text).toString("latin1"));
}

/** Checks the characters of a header value or a reason phrase. RFC 9110, section 5.5; RFC 9112, section 4. */
function checkedValue(text: string): string {
  if (UNFIT.test(text)) throw broken("The upstream's answer holds a control character");
  return text;
}

// oxlint-disable-next-line no-control-regex
const UNFIT = /[^\t\x20-\x7e\x80-\xff]/;

/** Names that a Connection header makes hop-by-hop; null when it names only the usual ones. */
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
