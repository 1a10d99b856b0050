import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { type Dispatcher, Pool } from "undici";
import type { ReadyAnswer } from "../model/caller.ts";
import { GatewayError } from "../model/errors.ts";
import type { Carriage, Upstream, UpstreamAnswer, UpstreamRequest } from "../model/upstream.ts";
import { clientBody } from "./client-body.ts";
import { Exchange } from "./exchange.ts";
import { answerError, upstreamError } from "./failure.ts";
import { forwardedHead } from "./header-rules.ts";

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

  const send = async (request: UpstreamRequest): Promise<UpstreamAnswer> => {
    try {
      const answer = await pool.request({
        method: request.method as Dispatcher.HttpMethod,
        path: base + request.path,
        headers: [...request.headers],
        body: request.body,
        signal: request.signal,
        responseHeaders: "raw",
      });
      const headers = (answer.headers as unknown as (string | Buffer)[]).map(latin1);
      return { status: answer.statusCode, statusText: "", headers, body: answer.body };
    } catch (error) {
      if (request.signal.aborted) throw request.signal.reason;
      throw upstreamError(error);
    }
  };

  return {
    send,
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
  const options = {
    method: method as Dispatcher.HttpMethod,
    path: base + path,
    headers: head.headers,
    body,
  };
  return new Promise((resolve) => {
    const exchange = new Exchange(response, answerHeaders, head.requestId, resolve);
    if (body === null && SAFE.has(method)) exchange.again = () => pool.dispatch(options, exchange);
    try {
      pool.dispatch(options, exchange);
    } catch (error) {
      // What undici refuses to put on a wire, such as a header value with a control character.
      const message = "This request can't be forwarded";
      answerError(response, new GatewayError("BAD_REQUEST", message, { cause: error }), [
        "X-Request-Id",
        head.requestId,
      ]);
    }
  });
}

const latin1 = (text: string | Buffer) =>
  typeof text === "string" ? text : text.toString("latin1");

async function bounded(body: UpstreamAnswer["body"], limit: number): Promise<ReadyAnswer["body"]> {
  let length = 0;
  body.on("data", (chunk: Buffer) => {
    length += chunk.length;
    if (length > limit) body.destroy(tooLarge(limit));
  });
  try {
    return await buffer(body);
  } catch (error) {
    throw error instanceof GatewayError ? error : upstreamError(error);
  }
}

const tooLarge = (limit: number) =>
  new GatewayError("UPSTREAM_BROKEN", `The upstream's answer is larger than ${limit} bytes`);
