import type { ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { earlyAnswer } from "../model/early-answer.ts";
import { type GatewayError, mayHaveActed } from "../model/errors.ts";
import { headerPairs } from "../model/headers.ts";
import type { AnswerRules } from "../model/upstream.ts";
import { flushHead, inform } from "./client-head.ts";
import type { Awaited, Deadlines } from "./deadlines.ts";
import { answerError, checkInterim, isCut, late } from "./failure.ts";
import {
  type ForwardedHead,
  answerHead,
  rawHead,
  reasonOf,
  withoutFalseLength,
} from "./header-rules.ts";
import type { Locate } from "./locations.ts";
import { join } from "./upgrade.ts";

/** Bodies longer than this, or of unknown length, may be slow to come: their head goes out at once. */
const SOON = 64 * 1024;

/** A body up to this long that comes at once goes out as one text with its head, which costs less than two writes. */
const ONE_WRITE = 16 * 1024;

/** The parts that all exchanges with one upstream share. */
export interface ExchangeParts {
  /** Of answers whose head is to come. */
  readonly deadlines: Deadlines;
  /** Null: addresses stay as the upstream tells them. */
  readonly locate: Locate | null;
  /** The head of an answer has come: its deadline is over. */
  answered(one: Awaited): void;
  /** The error for the client. `sent`: whether some of the request had gone out. */
  failed(error: unknown, sent: boolean): GatewayError;
}

/**
 * Undici's handler of one exchange: streams the answer to the client. One object an exchange and no closures, since every
 * request passes here. An error that a method throws comes back from undici as `onError`.
 */
export class Exchange implements Awaited {
  /** Sends the request once more; null when it may not be, or no more. */
  again: (() => void) | null = null;
  deadline: Awaited["deadline"] = null;
  private abort: ((reason?: Error) => void) | null = null;
  private gone = false;
  private status: number | null = null;
  /** How many interim answers have come. */
  private informed = 0;
  /** Bytes that the body will have, where that is known and short; else -1. */
  private length = -1;
  /** The whole body, where it came at once. */
  private whole: Buffer | null = null;
  private readonly response: ServerResponse;
  private readonly parts: ExchangeParts;
  private readonly head: ForwardedHead;
  private readonly rules: AnswerRules | undefined;
  private readonly settle: (status: number | null) => void;

  /**
   * @param head of the request
   * @param rules for the headers of the answer; undefined: they stay as they come
   * @param settle told once, when the exchange is over: the status answered
   */
  constructor(
    response: ServerResponse,
    parts: ExchangeParts,
    head: ForwardedHead,
    rules: AnswerRules | undefined,
    settle: (status: number | null) => void,
  ) {
    this.response = response;
    this.parts = parts;
    this.head = head;
    this.rules = rules;
    this.settle = settle;
    response.on("close", () => this.onClientGone());
  }

  private onClientGone(): void {
    this.gone = true;
    this.parts.deadlines.end(this);
    if (!this.response.writableFinished) this.abort?.(new Error("The client went away"));
    this.settle(this.status);
  }

  /** No answer came in time. */
  late(): void {
    this.abort?.(late());
  }

  onConnect(abort: (reason?: Error) => void): void {
    if (this.gone) return abort();
    this.abort = abort;
  }

  onRequestSent(): void {
    if (this.status === null && !this.gone) this.parts.deadlines.begin(this);
  }

  onHeaders(status: number, raw: Buffer[], resume: () => void, statusText: string): boolean {
    if (this.gone) return true;
    const reason = reasonOf(status, statusText);
    const { response } = this;
    if (status < 200) {
      checkInterim(++this.informed);
      inform(response, status, reason, raw, this.rules?.passes);
      return true;
    }
    const said = this.answerHead(raw);
    const head = withoutFalseLength(status, said);
    this.parts.answered(this);
    this.again = null;
    this.status = status;
    response.sendDate = false;
    const early = earlyAnswer(response);
    response.writeHead(
      status,
      reason,
      early.length === 0 ? (head as string[]) : [...head, ...early],
    );
    response.on("drain", resume);
    const length = lengthOf(said);
    if (status === 204 || status === 304) this.endBodiless(length);
    else if (length > SOON) flushHead(response);
    else this.length = length;
    return true;
  }

  private answerHead(raw: readonly Buffer[]): readonly string[] {
    const { requestId, client } = this.head;
    const { locate } = this.parts;
    const head = answerHead(raw, { requestId, locate, client });
    return this.rules?.head(head, true) ?? head;
  }

  /** An answer without a body may still have a Content-Length, and undici would wait for the bytes. */
  private endBodiless(length: number): void {
    this.response.end();
    if (length === 0 || length === Infinity) return;
    this.gone = true;
    this.abort?.();
  }

  onUpgrade(status: number, raw: Buffer[], upstream: Duplex): void {
    const head = rawHead(raw);
    this.parts.answered(this);
    this.status = status;
    this.settle(status);
    join(this.response, status, head, upstream);
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
      const pairs = headerPairs(raw.map((bytes) => bytes.toString("latin1")));
      const passes = this.rules?.passes;
      this.response.addTrailers(
        passes ? pairs.filter(([name]) => passes(name.toLowerCase())) : pairs,
      );
    }
    if (this.whole === null) this.response.end();
    else this.response.end(this.whole.toString("latin1"), "latin1");
  }

  onError(error: Error): void {
    this.parts.deadlines.end(this);
    if (this.gone) return;
    const { again } = this;
    this.again = null;
    if (again && isCut(error)) return again();
    const failure = this.parts.failed(error, this.abort !== null);
    if (!this.response.headersSent) this.status = failure.status;
    const head = ["X-Request-Id", this.head.requestId];
    answerError(this.response, failure, this.rules?.head(head, mayHaveActed(failure)) ?? head);
  }
}

/** The Content-Length of a head; infinite where it has none. */
function lengthOf(head: readonly string[]): number {
  for (let at = 0; at + 1 < head.length; at += 2) {
    const name = head[at] as string;
    if (name.length === 14 && name.toLowerCase() === "content-length") return Number(head[at + 1]);
  }
  return Infinity;
}
