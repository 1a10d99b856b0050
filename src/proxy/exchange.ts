import type { ServerResponse } from "node:http";
import { headerPairs } from "../model/headers.ts";
import { flushHead, inform } from "./client-head.ts";
import { answerError, isCut, upstreamError } from "./failure.ts";
import { answerHead } from "./header-rules.ts";

/** Bodies longer than this, or of unknown length, may be slow to come: their head goes out at once. */
const SOON = 64 * 1024;

/** A body up to this long that comes at once goes out as one text with its head, which costs less than two writes. */
const ONE_WRITE = 16 * 1024;

/**
 * What undici tells of one exchange, put to the client as it comes. One object an exchange and no closures, since it is on
 * the way of every request.
 */
export class Exchange {
  /** Sends the request once more; null when it may not be, or no more. */
  again: (() => void) | null = null;
  private abort: ((reason?: Error) => void) | null = null;
  private gone = false;
  private status: number | null = null;
  /** Bytes that the body will have, where that is known and short; else -1. */
  private length = -1;
  /** The whole body, where it came at once. */
  private whole: Buffer | null = null;
  private readonly response: ServerResponse;
  private readonly set: readonly string[];
  private readonly requestId: string;
  private readonly settle: (status: number | null) => void;

  /**
   * @param set raw pairs in place of the upstream's of the same name
   * @param settle told once, when the exchange is over: the status answered
   */
  constructor(
    response: ServerResponse,
    set: readonly string[],
    requestId: string,
    settle: (status: number | null) => void,
  ) {
    this.response = response;
    this.set = set;
    this.requestId = requestId;
    this.settle = settle;
    response.on("close", () => this.onClientGone());
  }

  private onClientGone(): void {
    this.gone = true;
    if (!this.response.writableFinished) this.abort?.(new Error("The client went away"));
    this.settle(this.status);
  }

  onConnect(abort: (reason?: Error) => void): void {
    if (this.gone) return abort();
    this.abort = abort;
  }

  onHeaders(status: number, raw: Buffer[], resume: () => void, statusText: string): boolean {
    if (this.gone) return true;
    if (status < 200) {
      inform(this.response, status, reasonBytes(statusText), raw);
      return true;
    }
    const head = answerHead(raw, this.set, this.requestId);
    this.again = null;
    this.status = status;
    const { response } = this;
    response.sendDate = false;
    response.writeHead(status, reasonBytes(statusText), head);
    response.on("drain", resume);
    // What has no body may still say a length, which undici would wait for.
    if (status === 304) response.end();
    else if ((this.length = shortLength(head)) < 0) flushHead(response);
    return true;
  }

  onData(chunk: Buffer): boolean {
    if (chunk.length === this.length && chunk.length <= ONE_WRITE) {
      this.whole = chunk;
      return true;
    }
    return this.response.write(chunk);
  }

  onComplete(trailers: string[] | null): void {
    const raw = (trailers ?? []) as unknown as Buffer[];
    if (raw.length > 0) {
      this.response.addTrailers(headerPairs(raw.map((bytes) => bytes.toString("latin1"))));
    }
    if (this.whole === null) this.response.end();
    else this.response.end(this.whole.toString("latin1"), "latin1");
  }

  onError(error: Error): void {
    if (this.gone) return;
    const { again } = this;
    this.again = null;
    if (again && isCut(error)) return again();
    const told = upstreamError(error);
    if (!this.response.headersSent) this.status = told.status;
    answerError(this.response, told, [...this.set, "X-Request-Id", this.requestId]);
  }
}

/** The Content-Length of a head; -1 where it has none, or a long one. */
function shortLength(head: readonly string[]): number {
  for (let at = 0; at + 1 < head.length; at += 2) {
    const name = head[at] as string;
    if (name.length !== 14 || name.toLowerCase() !== "content-length") continue;
    const length = Number(head[at + 1]);
    return length <= SOON ? length : -1;
  }
  return -1;
}

/** undici has read the phrase as UTF-8. One that was none is lost, and the usual one takes its place. */
const reasonBytes = (text: string): string | undefined =>
  text.includes("\ufffd") ? undefined : Buffer.from(text).toString("latin1");
