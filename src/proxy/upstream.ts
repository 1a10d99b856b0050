import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { Pool } from "undici";
import type { ReadyAnswer } from "../model/caller.ts";
import { GatewayError, UpstreamError } from "../model/errors.ts";
import type { Carriage, Upstream, UpstreamAnswer, UpstreamRequest } from "../model/upstream.ts";
import { clientBody } from "./client-body.ts";
import { Exchange } from "./exchange.ts";
import { forwardedHead } from "./header-rules.ts";
import { Reception } from "./reception.ts";

/** Where the upstream is. */
export interface UpstreamOptions {
  /** Origin and path, no trailing slash. */
  readonly url: string;
  /** Milliseconds until its answer's head must have come. */
  readonly timeout: number;
}

/** What may be sent once more when a connection breaks before any byte of an answer. RFC 9110, section 9.2.2. */
const SAFE: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/** Opens the pool that all ways to the upstream share. Connects when the first request comes. */
export function connectUpstream({ url, timeout }: UpstreamOptions): Upstream {
  const { origin, pathname } = new URL(url);
  const base = pathname.replace(/\/+$/, "");
  const pool = new Pool(origin, {
    pipelining: 1,
    headersTimeout: timeout,
    bodyTimeout: 0, // a stream of events may be silent for as long as it likes
    connect: { timeout: Math.min(timeout, 10_000) },
    maxHeaderSize: 256 * 1024,
  });

  const send = ({ method, path, headers, body, signal }: UpstreamRequest) => {
    const reception = new Reception(signal);
    const options = { method, path: base + path, headers: [...headers], body };
    const start = () => void pool.dispatch(options, reception);
    if (body === null && SAFE.has(method)) reception.again = start;
    if (!signal.aborted) start();
    return reception.answer;
  };

  return {
    send,
    async forward(request, response, { method, path, headers, body: own }, signal) {
      const body = own === undefined ? await clientBody(request, response) : own;
      if (own === undefined && response.destroyed) {
        throw new GatewayError("BAD_REQUEST", "The body broke off");
      }
      const streams = body !== null && !Buffer.isBuffer(body);
      const head = forwardedHead(request, headers ?? request.rawHeaders, streams);
      return send({ method, path, headers: head.headers, body, signal });
    },
    async ask(request, limit) {
      const { status, headers, body } = await send(request);
      return { status, headers, body: await bounded(body, limit) };
    },
    async carry(request, response, carriage) {
      const body =
        carriage.body === undefined ? await clientBody(request, response) : carriage.body;
      if (response.destroyed) return null;
      return dispatch(pool, base, request, response, carriage, body);
    },
    close: () => pool.close(),
  };
}

function dispatch(
  pool: Pool,
  base: string,
  request: IncomingMessage,
  response: ServerResponse,
  { method, path, headers, answerHeaders = [] }: Carriage,
  body: UpstreamRequest["body"],
): Promise<number | null> {
  const streams = body !== null && !Buffer.isBuffer(body);
  const head = forwardedHead(request, headers ?? request.rawHeaders, streams);
  const options = { method, path: base + path, headers: head.headers, body };
  return new Promise((resolve) => {
    const exchange = new Exchange(response, answerHeaders, head.requestId, resolve);
    if (body === null && SAFE.has(method)) exchange.again = () => pool.dispatch(options, exchange);
    pool.dispatch(options, exchange);
  });
}

async function bounded(body: UpstreamAnswer["body"], limit: number): Promise<ReadyAnswer["body"]> {
  let length = 0;
  body.on("data", (chunk: Buffer) => {
    length += chunk.length;
    if (length > limit) body.destroy(tooLarge(limit));
  });
  return buffer(body);
}

const tooLarge = (limit: number) =>
  new UpstreamError("UPSTREAM_BROKEN", `The upstream's answer is larger than ${limit} bytes`, {
    sent: true,
  });
