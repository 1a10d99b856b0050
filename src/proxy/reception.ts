import { Readable } from "node:stream";
import type { UpstreamAnswer } from "../model/upstream.ts";
import type { Awaited } from "./deadlines.ts";
import type { ExchangeParts } from "./exchange.ts";
import { broken, checkInterim, isCut, late } from "./failure.ts";
import { rawHead, reasonOf, withoutFalseLength } from "./header-rules.ts";
import type { Located } from "./locations.ts";

/** Undici's handler of one exchange whose answer is read here. For `Upstream.send`. */
export class Reception implements Awaited {
  /** Settles when the answer's head has come. */
  readonly answer: Promise<UpstreamAnswer>;
  /** Sends the request once more; null when it may not be, or no more. */
  again: (() => void) | null = null;
  deadline: Awaited["deadline"] = null;
  private readonly signal: AbortSignal;
  private readonly parts: ExchangeParts;
  private readonly located: Located | null;
  private resolve!: (answer: UpstreamAnswer) => void;
  private reject!: (error: unknown) => void;
  private abort: ((reason?: Error) => void) | null = null;
  private body: Readable | null = null;
  private informed = 0;
  private over = false;

  /** @param located makes of an address that the upstream tells one that the client can reach; null: they stay */
  constructor(signal: AbortSignal, parts: ExchangeParts, located: Located | null) {
    this.signal = signal;
    this.parts = parts;
    this.located = located;
    this.answer = new Promise((resolve, reject) => Object.assign(this, { resolve, reject }));
    signal.addEventListener("abort", this.onAborted);
    if (signal.aborted) this.onAborted();
  }

  private readonly onAborted = (): void => this.fail(this.signal.reason);

  /** No answer came in time. */
  late(): void {
    this.fail(late());
  }

  onConnect(abort: (reason?: Error) => void): void {
    if (this.over) return abort();
    this.abort = abort;
  }

  onRequestSent(): void {
    if (this.body === null && !this.over) this.parts.deadlines.begin(this);
  }

  onHeaders(status: number, raw: Buffer[], resume: () => void, statusText: string): boolean {
    if (this.over) return true;
    const reason = reasonOf(status, statusText);
    const headers = withoutFalseLength(status, rawHead(raw, this.located));
    if (status < 200) {
      checkInterim(++this.informed);
      return true;
    }
    this.parts.answered(this);
    this.body = new Readable({
      read: resume,
      destroy: (error, done) => {
        this.end();
        this.abort?.();
        done(error);
      },
    });
    // It may break before whoever waits for the head has had a chance to listen.
    this.body.on("error", () => undefined);
    this.resolve({ status, reason, headers, body: this.body });
    // An answer without a body may still have a Content-Length, and undici would wait for the bytes.
    if (status === 204 || status === 304) this.onComplete();
    return true;
  }

  onData(chunk: Buffer): boolean {
    return this.body?.push(chunk) ?? true;
  }

  onComplete(): void {
    this.end();
    this.body?.push(null);
  }

  onError(error: Error): void {
    const { again } = this;
    this.again = null;
    this.parts.deadlines.end(this);
    if (again && !this.over && this.body === null && isCut(error)) return again();
    if (this.over) return;
    const brokeOff = this.body !== null && isCut(error);
    const cause = brokeOff ? broken("The upstream's answer broke off", error) : error;
    this.fail(this.parts.failed(cause, this.abort !== null));
  }

  private fail(error: unknown): void {
    if (this.over) return;
    this.end();
    this.reject(error);
    this.body?.destroy(error as Error);
    this.abort?.();
  }

  private end(): void {
    this.over = true;
    this.parts.deadlines.end(this);
    this.signal.removeEventListener("abort", this.onAborted);
  }
}
