import {
  type ClientRequest,
  Agent as HttpAgent,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { Socket } from "node:net";
import { type Options, createProxyMiddleware } from "http-proxy-middleware";
import { UpstreamError } from "../model/errors.ts";
import { headerPairs } from "../model/headers.ts";
import { flushHead, inform } from "./client-head.ts";
import { answerError, isCut, upstreamError } from "./failure.ts";
import { type ForwardedHead, answerHead, forwardedHead } from "./header-rules.ts";
import { awaitUpgrade, refuseUpgrade } from "./upgrade.ts";
import type { UpstreamOptions } from "./upstream.ts";

/** The way for what is no API request: the rest of the site, and upgrades of any path. */
export interface WebProxy {
  handle(request: IncomingMessage, response: ServerResponse): void;
  upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void;
  close(): void;
}

/** What is known of a request while it is carried. */
interface Passage {
  readonly head: ForwardedHead;
  outgoing: ClientRequest | null;
  /** Whether it may be sent once more when a connection turns out to have been dropped. */
  again: boolean;
}

/**
 * Carries requests outside the prefix, and WebSockets, by http-proxy-middleware. Its headers are made by the same rules
 * as everybody's, its errors have the same shape, and it lets go of the upstream when a client does.
 */
export function webProxy({ url, timeout }: UpstreamOptions): WebProxy {
  const base = new URL(url).pathname.replace(/\/+$/, "");
  const passages = new WeakMap<IncomingMessage, Passage>();
  const Agent = url.startsWith("https:") ? HttpsAgent : HttpAgent;
  const agent = new Agent({ keepAlive: true, scheduling: "lifo", timeout });

  /** Makes a request that the library has begun into the one that is to go out. */
  const direct = (outgoing: ClientRequest, request: IncomingMessage, head: readonly string[]) => {
    setHead(outgoing, head);
    // The library would put the path into another form.
    outgoing.path = base + originForm(request.url ?? "/");
    outgoing.once("timeout", () => outgoing.destroy(late()));
  };

  const options: Options = {
    target: url,
    agent,
    changeOrigin: true,
    on: {
      proxyReq(outgoing, request, response) {
        const passage = passages.get(request);
        if (passage === undefined || response.destroyed) return void outgoing.destroy();
        passage.outgoing = outgoing;
        direct(outgoing, request, passage.head.headers);
        // The library takes DELETE and OPTIONS to have no body, and leaves one that they have without an end.
        if (isChunked(request)) outgoing.setHeader("Transfer-Encoding", "chunked");
        response.once("close", () => outgoing.destroy());
        outgoing.on("information", ({ statusCode, statusMessage, rawHeaders }) =>
          inform(response, statusCode, statusMessage, bytes(rawHeaders)),
        );
        // An answer has begun: from here on the upstream may take its time.
        outgoing.once("response", () => outgoing.setTimeout(0));
      },
      proxyReqWs(outgoing, request, socket) {
        const { headers, requestId } = forwardedHead(request, request.rawHeaders, false);
        const { connection = "Upgrade", upgrade = "websocket" } = request.headers;
        direct(outgoing, request, [...headers, "Connection", connection, "Upgrade", upgrade]);
        awaitUpgrade(outgoing, socket, requestId);
      },
      proxyRes(answer, request, response) {
        const id = passages.get(request)?.head.requestId ?? null;
        response.sendDate = false;
        // The library would copy headers by name, and lose their order, their case and their bytes.
        const head = answerHead(bytes(answer.rawHeaders), [], id);
        response.writeHead(answer.statusCode ?? 502, answer.statusMessage, head);
        flushHead(response);
        answer.once("aborted", () => response.destroy());
        answer.once("end", () => {
          response.addTrailers(headerPairs(answer.rawTrailers));
          response.end();
        });
        answer.pipe(response, { end: false });
      },
      error(error, request, target) {
        if (!("writeHead" in target)) return refuseUpgrade(target, error);
        const passage = passages.get(request);
        if (passage?.again && passage.outgoing?.reusedSocket && isCut(error)) {
          passage.again = false;
          if (!target.destroyed) return void fresh(request, target, () => undefined);
        }
        const id = passage === undefined ? [] : ["X-Request-Id", passage.head.requestId];
        answerError(target, upstreamError(error), id);
      },
    },
    selfHandleResponse: true,
  };
  const proxy = createProxyMiddleware(options);
  // Keeps no connection: what is sent once more must not meet another that the upstream has dropped meanwhile.
  const fresh = createProxyMiddleware({ ...options, agent: new Agent({ timeout }) });
  return {
    handle(request, response) {
      const head = forwardedHead(request, request.rawHeaders, true);
      passages.set(request, { head, outgoing: null, again: isRepeatable(request) });
      // It was answered by this server, and the library would leave us no say in the headers.
      delete request.headers.expect;
      void proxy(request, response, () => undefined);
    },
    upgrade(request, socket, head) {
      socket.on("error", () => socket.destroy());
      proxy.upgrade(request, socket, head);
    },
    close: () => agent.destroy(),
  };
}

const late = () =>
  new UpstreamError("UPSTREAM_TIMEOUT", "The upstream did not answer in time", { sent: true });

const bytes = (raw: readonly string[]) => raw.map((text) => Buffer.from(text, "latin1"));

const isChunked = ({ rawHeaders }: IncomingMessage) =>
  headerPairs(rawHeaders).some(([name]) => /^transfer-encoding$/i.test(name));

const isRepeatable = (request: IncomingMessage) =>
  /^(GET|HEAD|OPTIONS)$/.test(request.method ?? "") &&
  !isChunked(request) &&
  Number(request.headers["content-length"] ?? 0) === 0;

/** A request target without the scheme and authority that it may have. RFC 9112, section 3.2.2. */
const originForm = (target: string) => {
  const path = target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, "");
  return path.startsWith("/") ? path : `/${path}`;
};

/** Replaces a request's headers by raw pairs; several of one name stay several. */
function setHead(outgoing: ClientRequest, raw: readonly string[]): void {
  const values = new Map<string, { name: string; values: string[] }>();
  for (const [name, value] of headerPairs(raw)) {
    const known = values.get(name.toLowerCase()) ?? { name, values: [] };
    values.set(name.toLowerCase(), known);
    known.values.push(value);
  }
  for (const name of outgoing.getHeaderNames()) {
    if (name !== "host") outgoing.removeHeader(name);
  }
  for (const { name, values: all } of values.values()) {
    outgoing.setHeader(name, all.length === 1 ? (all[0] as string) : all);
  }
}
