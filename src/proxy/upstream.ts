import { buffer } from "node:stream/consumers";
import type { Dispatcher } from "undici";
import type { ReadyAnswer } from "../model/caller.ts";
import type { UpstreamConfig } from "../model/config.ts";
import { GatewayError, UpstreamError } from "../model/errors.ts";
import { upstreamAddress } from "../model/upstream-address.ts";
import type { UpstreamObserver } from "../model/observer.ts";
import type { Upstream, UpstreamAnswer, UpstreamRequest } from "../model/upstream.ts";
import { clientBody } from "./client-body.ts";
import { Deadlines } from "./deadlines.ts";
import { Exchange, type ExchangeParts } from "./exchange.ts";
import { broken, upstreamError } from "./failure.ts";
import { forwardedHead } from "./header-rules.ts";
import { type Located, locations } from "./locations.ts";
import { ownLine } from "./own-line.ts";
import { openPool } from "./pool.ts";
import { Reception } from "./reception.ts";
import { answerOn } from "./upgrade.ts";

/** Where the upstream is, and how it is spoken to. What is left out is as the configuration's defaults have it. */
export interface UpstreamOptions
  extends
    Pick<UpstreamConfig, "url" | "timeout">,
    Partial<Pick<UpstreamConfig, "tls" | "host" | "rewriteLocation">> {
  /** Told why, each time that a request could not be sent at all. */
  readonly unreached?: (cause: unknown) => void;
  readonly observer?: UpstreamObserver;
}

/** Methods that are retried when a connection breaks before any byte of an answer. RFC 9110, section 9.2.2. */
const SAFE: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/** Opens the way to the upstream, whose connections all share. Connects when the first request comes. */
export function connectUpstream({
  url,
  timeout,
  tls,
  host = "upstream",
  rewriteLocation = true,
  unreached,
  observer,
}: UpstreamOptions): Upstream {
  const place = upstreamAddress(url);
  const { base } = place;
  const connecting = { timeout, tls };
  const pool = openPool(place, connecting);
  // Keeps no connection: what is sent once more must not meet another that the upstream has dropped meanwhile.
  const fresh = openPool(place, connecting, { keep: false });
  const deadlines = new Deadlines(timeout);
  const parts: ExchangeParts = {
    deadlines,
    locate: rewriteLocation ? locations(place) : null,
    answered(one) {
      const elapsed = deadlines.elapsed(one);
      deadlines.end(one);
      if (elapsed !== null) observer?.answered(elapsed);
    },
    failed(error, sent) {
      const failure = upstreamError(error, sent);
      observer?.failed(failure.code);
      if (failure instanceof UpstreamError && !failure.sent) unreached?.(error);
      return failure;
    },
  };
  const keepHost = host === "client";
  let closing: Promise<unknown> | null = null;

  /** Sends something, and once more where that is right. */
  const dispatch = (request: Dispatcher.DispatchOptions, exchange: Exchange | Reception) => {
    if (request.body === null && SAFE.has(request.method)) {
      exchange.again = () => void fresh.dispatch(request, exchange);
    }
    pool.dispatch(request, exchange);
  };

  const send = (
    request: UpstreamRequest,
    { bodyTimeout = 0, located = null }: { bodyTimeout?: number; located?: Located | null } = {},
  ) => {
    const { method, path, headers, body, signal } = request;
    const reception = new Reception(signal, parts, located);
    const sent = { method, path: base + path, headers: [...headers], body };
    if (!signal.aborted) dispatch({ ...sent, bodyTimeout }, reception);
    return reception.answer;
  };

  return {
    send: (request) => send(request),
    async forward(request, response, { method, path, headers, body: own }, signal) {
      const body = own === undefined ? await clientBody(request, response) : own;
      if (own === undefined && response.destroyed) {
        throw new GatewayError("BAD_REQUEST", "The body broke off");
      }
      const head = forwardedHead(request, headers ?? request.rawHeaders, {
        keepLength: streams(body),
        keepHost,
      });
      const { locate } = parts;
      const located = locate && ((address: string) => locate(address, head.client));
      return send({ method, path, headers: head.headers, body, signal }, { located });
    },
    async fetch(request, limit) {
      const { status, headers, body } = await send(request, { bodyTimeout: timeout });
      return { status, headers, body: await bounded(body, limit) };
    },
    stream(request, response, { method, path, headers, body: own, answer }) {
      return new Promise((resolve, reject) => {
        const sendWith = (body: UpstreamRequest["body"]) => {
          if (response.destroyed) return resolve(null);
          const head = forwardedHead(request, headers ?? request.rawHeaders, {
            keepLength: streams(body),
            keepHost,
          });
          const sent = { method, path: base + path, headers: head.headers, body };
          dispatch(sent, new Exchange(response, parts, head, answer, resolve));
        };
        const body = own === undefined ? clientBody(request, response) : own;
        // Most requests have no body: these go at once.
        if (body instanceof Promise) body.then(sendWith).catch(reject);
        else sendWith(body);
      });
    },
    upgrade(request, socket, first) {
      const { method, path } = ownLine(request);
      const head = forwardedHead(request, request.rawHeaders, { keepLength: false, keepHost });
      const response = answerOn(request, socket, first);
      const asked = {
        method,
        path: base + path,
        headers: head.headers,
        upgrade: request.headers.upgrade ?? "websocket",
      };
      return new Promise((resolve) =>
        fresh.dispatch(asked, new Exchange(response, parts, head, undefined, resolve)),
      );
    },
    async close(grace) {
      const pools = [pool, fresh];
      const late = setTimeout(() => void Promise.all(pools.map((one) => one.destroy())), grace);
      closing ??= Promise.all(pools.map((one) => one.close()));
      await closing;
      clearTimeout(late);
    },
  };
}

const streams = (body: UpstreamRequest["body"]) => body !== null && !Buffer.isBuffer(body);

async function bounded(body: UpstreamAnswer["body"], limit: number): Promise<ReadyAnswer["body"]> {
  let length = 0;
  body.on("data", (chunk: Buffer) => {
    length += chunk.length;
    if (length > limit) {
      body.destroy(broken(`The upstream's answer is larger than ${limit} bytes`));
    }
  });
  return buffer(body);
}
