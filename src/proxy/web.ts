import { Agent as HttpAgent, type IncomingMessage, type ServerResponse } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { createProxyMiddleware } from "http-proxy-middleware";
import { errorBody } from "../model/errors.ts";
import { answerError, upstreamError } from "./failure.ts";
import { answerHead, forwardedHead } from "./header-rules.ts";
import type { UpstreamOptions } from "./upstream.ts";

/** The way for what is no API request: the rest of the site, and upgrades of any path. */
export interface WebProxy {
  handle(request: IncomingMessage, response: ServerResponse): void;
  upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void;
  close(): void;
}

/**
 * Carries requests outside the prefix, and WebSockets, by http-proxy-middleware. Its headers are made by the same rules
 * as everybody's, its errors have the same shape, and it lets go of the upstream when a client does.
 */
export function webProxy({ url, timeout }: UpstreamOptions): WebProxy {
  const agent = new (url.startsWith("https:") ? HttpsAgent : HttpAgent)({
    keepAlive: true,
    scheduling: "lifo",
  });
  const proxy = createProxyMiddleware({
    target: url,
    agent,
    proxyTimeout: timeout,
    changeOrigin: true,
    on: {
      proxyReq(outgoing, request, response) {
        const head = forwardedHead(request, request.rawHeaders, true);
        setHead(outgoing, head.headers);
        response.setHeader("X-Request-Id", head.requestId);
        response.once("close", () => outgoing.destroy());
        // An answer has begun: from here on the upstream may take its time.
        outgoing.once("response", () => outgoing.setTimeout(0));
      },
      proxyReqWs(outgoing, request) {
        const { connection = "Upgrade", upgrade = "websocket" } = request.headers;
        const { headers } = forwardedHead(request, request.rawHeaders, false);
        setHead(outgoing, [...headers, "Connection", connection, "Upgrade", upgrade]);
      },
      proxyRes(answer, _request, response) {
        // The library would copy headers by name, and lose their order, their case and their bytes.
        const raw = answer.rawHeaders.map((text) => Buffer.from(text, "latin1"));
        const id = String(response.getHeader("X-Request-Id"));
        for (const name of response.getHeaderNames()) response.removeHeader(name);
        response.sendDate = false;
        response.writeHead(answer.statusCode ?? 502, answer.statusMessage, answerHead(raw, [], id));
        answer.once("aborted", () => response.destroy());
        answer.pipe(response);
      },
      error(error, _request, target) {
        if (isResponse(target)) {
          const id = String(target.getHeader("X-Request-Id") ?? "");
          target.removeHeader("X-Request-Id");
          answerError(target, upstreamError(error), id === "" ? [] : ["X-Request-Id", id]);
        } else refuseUpgrade(target, error);
      },
    },
    selfHandleResponse: true,
  });
  return {
    handle: (request, response) => void proxy(request, response, () => undefined),
    upgrade(request, socket, head) {
      socket.on("error", () => socket.destroy());
      proxy.upgrade(request, socket, head);
    },
    close: () => agent.destroy(),
  };
}

interface Outgoing {
  getHeaderNames(): string[];
  removeHeader(name: string): void;
  setHeader(name: string, value: string | string[]): unknown;
}

/** Replaces a request's headers by raw pairs; several of one name stay several. */
function setHead(outgoing: Outgoing, raw: readonly string[]): void {
  const values = new Map<string, { name: string; values: string[] }>();
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at] as string;
    const known = values.get(name.toLowerCase()) ?? { name, values: [] };
    values.set(name.toLowerCase(), known);
    known.values.push(raw[at + 1] as string);
  }
  for (const name of outgoing.getHeaderNames()) {
    if (name !== "host" && name !== "transfer-encoding") outgoing.removeHeader(name);
  }
  for (const { name, values: all } of values.values()) {
    outgoing.setHeader(name, all.length === 1 ? (all[0] as string) : all);
  }
}

const isResponse = (target: ServerResponse | Duplex): target is ServerResponse =>
  "writeHead" in target;

function refuseUpgrade(socket: Duplex, error: unknown): void {
  if (!socket.writable) return void socket.destroy();
  const told = upstreamError(error);
  const body = JSON.stringify(errorBody(told));
  socket.end(
    `HTTP/1.1 ${told.status} Bad Gateway\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
