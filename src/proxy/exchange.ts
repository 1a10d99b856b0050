import type { ServerResponse } from "node:http";
import { answerError, isCut, upstreamError } from "./failure.ts";
import { answerHead } from "./header-rules.ts";

/** Bodies longer than this, or of unknown length, may be slow to come: their head goes out at once. */
const SOON = 64 * 1024;

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
    const head = answerHead(raw, status < 200 ? [] : this.set, this.requestId);
    if (status < 200) {
      this.inform(status, head);
      return true;
    }
    this.again = null;
    this.status = status;
    const { response } = this;
    response.sendDate = false;
    response.writeHead(status, statusText, head);
    response.on("drain", resume);
    if (!isShort(head)) response.flushHeaders();
    return true;
  }

  /** 1xx that a client may be told of: 102 and 103. */
  private inform(status: number, head: readonly string[]): void {
    if (status === 102) return this.response.writeProcessing();
    if (status !== 103) return;
    const hints: Record<string, string[]> = {};
    for (let at = 0; at + 1 < head.length; at += 2) {
      const name = (head[at] as string).toLowerCase();
      if (name !== "x-request-id") (hints[name] ??= []).push(head[at + 1] as string);
    }
    if (hints["link"]) this.response.writeEarlyHints(hints);
  }

  onData(chunk: Buffer): boolean {
    return this.response.write(chunk);
  }

  onComplete(trailers: string[] | null): void {
    const raw = (trailers ?? []) as unknown as Buffer[];
    if (raw.length > 0) this.response.addTrailers(pairs(raw));
    this.response.end();
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

function isShort(head: readonly string[]): boolean {
  for (let at = 0; at + 1 < head.length; at += 2) {
    if ((head[at] as string).toLowerCase() === "content-length")
      return Number(head[at + 1]) <= SOON;
  }
  return false;
}

const pairs = (raw: readonly Buffer[]) =>
  Array.from({ length: raw.length / 2 }, (_, at): [string, string] => [
    String(raw[2 * at]),
    String(raw[2 * at + 1]),
  ]);
