import { Readable } from "node:stream";
import type { UpstreamAnswer } from "../model/upstream.ts";
import { isCut, upstreamError } from "./failure.ts";

/** What undici tells of one exchange, made into an answer that is read here. For `Upstream.send`. */
export class Reception {
  /** Settles when the answer's head has come. */
  readonly answer: Promise<UpstreamAnswer>;
  /** Sends the request once more; null when it may not be, or no more. */
  again: (() => void) | null = null;
  private readonly signal: AbortSignal;
  private resolve!: (answer: UpstreamAnswer) => void;
  private reject!: (error: unknown) => void;
  private abort: ((reason?: Error) => void) | null = null;
  private body: Readable | null = null;
  private over = false;

  constructor(signal: AbortSignal) {
    this.signal = signal;
    this.answer = new Promise((resolve, reject) => Object.assign(this, { resolve, reject }));
    signal.addEventListener("abort", this.onAborted);
    if (signal.aborted) this.onAborted();
  }

  private readonly onAborted = (): void => this.fail(this.signal.reason);

  onConnect(abort: (reason?: Error) => void): void {
    if (this.over) return abort();
    this.abort = abort;
  }

  onHeaders(status: number, raw: Buffer[], resume: () => void, statusText: string): boolean {
    if (status < 200 || this.over) return true;
    this.body = new Readable({
      read: resume,
      destroy: (error, done) => {
        this.end();
        this.abort?.();
        done(error);
      },
    });
    const headers = raw.map((bytes) => bytes.toString("latin1"));
    this.resolve({ status, statusText, headers, body: this.body });
    // What has no body may still say a length, which undici would wait for.
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
    if (again && !this.over && this.body === null && isCut(error)) return again();
    this.fail(upstreamError(error, this.abort !== null));
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
    this.signal.removeEventListener("abort", this.onAborted);
  }
}
