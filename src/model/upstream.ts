import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Readable } from "node:stream";
import type { ReadyAnswer } from "./caller.ts";
import type { RequestLine } from "./action.ts";

/** What a client's request is sent as: its line, and what replaces its own headers and body. */
export interface SentAs extends RequestLine {
  /** Raw pairs in place of the client's headers. Hop-by-hop ones are removed and forwarding ones added all the same. */
  readonly headers?: readonly string[];
  /** In place of the client's body; null: none. Its length becomes `Content-Length`. */
  readonly body?: Buffer | null;
  /** By default they stay as they come. */
  readonly answer?: AnswerRules;
}

/** Changes the headers of an answer that streams to the client. */
export interface AnswerRules {
  /**
   * Makes the head of the answer what the client gets.
   * @param own raw pairs: those of the upstream's answer, or `X-Request-Id` alone where the answer is an error
   * @param sent whether some of the request had gone out: false only where it could not be sent at all
   */
  readonly head: (own: readonly string[], sent: boolean) => readonly string[];
  /** Whether a header passes that comes apart from the head, in an interim answer or as a trailer. The name is in lower case. */
  readonly passes: (name: string) => boolean;
}

/** A request that is not a client's own, or whose answer is to be read. Raw header pairs. */
export interface UpstreamRequest extends RequestLine {
  readonly headers: readonly string[];
  readonly body: Buffer | Readable | null;
  readonly signal: AbortSignal;
}

/** An answer whose head has come. Raw header pairs, as they came; the body still streams, undecoded. */
export interface UpstreamAnswer {
  readonly status: number;
  /** The reason phrase, as bytes in latin1; undefined: the usual one. */
  readonly reason: string | undefined;
  readonly headers: readonly string[];
  readonly body: Readable;
}

/** The way to the upstream, through one pool. Paths are the gateway's; the path of `upstream.url` is put before them. */
export interface Upstream {
  /**
   * Carries a client's request and streams the answer back: back-pressure, aborts, trailers, 1xx.
   * Settles when the exchange is over, and never rejects: what goes wrong has been answered (502, 504) or has cut the connection.
   * Gives the answer's status, null when none was sent.
   */
  stream(
    request: IncomingMessage,
    response: ServerResponse,
    sentAs: SentAs,
  ): Promise<number | null>;
  /**
   * Carries a client's request for an upgrade, a WebSocket say, and then what both sides send.
   * Gives the status when it is answered: 101, or what the upstream says instead; null when the client has gone before.
   * @param first bytes that came with it
   */
  upgrade(request: IncomingMessage, socket: Socket, first: Buffer): Promise<number | null>;
  /**
   * Sends a client's request as `stream` does, and gives the answer to be read here. That the client goes away does not abort
   * it. @throws as `send`; {GatewayError} BAD_REQUEST when its body broke off
   */
  forward(
    request: IncomingMessage,
    response: ServerResponse,
    sentAs: SentAs,
    signal: AbortSignal,
  ): Promise<UpstreamAnswer>;
  /**
   * Sends a request; one of GET, HEAD and OPTIONS once more when its connection breaks before an answer.
   * @throws {UpstreamError} UPSTREAM_UNREACHABLE, UPSTREAM_TIMEOUT, UPSTREAM_BROKEN, with whether it was `sent`; so errs the
   *   answer's body. The signal's reason, when that aborted it.
   * @throws {GatewayError} BAD_REQUEST for what can't be put on a wire, such as a header value with a line break
   */
  send(request: UpstreamRequest): Promise<UpstreamAnswer>;
  /** As `send`, with the body read whole; it may not stall for longer than the head may take. @throws {UpstreamError} as `send`; UPSTREAM_BROKEN over `limit` bytes */
  fetch(request: UpstreamRequest, limit: number): Promise<ReadyAnswer>;
  /** Requests on their way may end within so many milliseconds, then they are broken. Asked again, the shorter time counts. */
  close(grace: number): Promise<void>;
}
