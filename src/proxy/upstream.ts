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
  const options = {
    headersTimeout: timeout,
    bodyTimeout: 0, // a stream of events may be silent for as long as it likes
    connect: { timeout: Math.min(timeout, 10_000) },
    maxHeaderSize: 256 * 1024,
  };
  const pool = new Pool(origin, options);
  // Keeps no connection: what is sent once more must not meet another that the upstream has dropped meanwhile.
  const fresh = new Pool(origin, { ...options, pipelining: 0 });

  const send = (request: UpstreamRequest, bodyTimeout = 0) => {
    const { method, path, headers, body, signal } = request;
    const reception = new Reception(signal);
    const sent = { method, path: base + path, headers: [...headers], body, bodyTimeout };
    if (body === null && SAFE.has(method)) {
      reception.again = () => void fresh.dispatch(sent, reception);
    }
    if (!signal.aborted) pool.dispatch(sent, reception);
    return reception.answer;
  };

  return {
    send: (request) => send(request),
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
      const { status, headers, body } = await send(request, timeout);
      return { status, headers, body: await bounded(body, limit) };
    },
    async carry(request, response, carriage) {
      const body =
        carriage.body === undefined ? await clientBody(request, response) : carriage.body;
      if (response.destroyed) return null;
      return dispatch({ pool, fresh }, base, request, response, carriage, body);
    },
    async close(grace) {
      const pools = [pool, fresh];
      const late = setTimeout(() => void Promise.all(pools.map((one) => one.destroy())), grace);
      await Promise.all(pools.map((one) => one.close()));
      clearTimeout(late);
    },
  };
}

function dispatch(
  { pool, fresh }: { readonly pool: Pool; readonly fresh: Pool },
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
    if (body === null && SAFE.has(method)) exchange.again = () => fresh.dispatch(options, exchange);
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
