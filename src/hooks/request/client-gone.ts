import type { ServerResponse } from "node:http";
import type { LazySignal } from "../../model/lazy-signal.ts";

/** Aborted when the client goes away before it was answered. */
export const clientGone = (response: ServerResponse): LazySignal => new ClientGone(response);

class ClientGone implements LazySignal {
  private readonly response: ServerResponse;
  private controller: AbortController | null = null;

  constructor(response: ServerResponse) {
    this.response = response;
  }

  get aborted(): boolean {
    return this.controller?.signal.aborted ?? hasGone(this.response);
  }

  get reason(): unknown {
    return this.aborted ? this.signal.reason : undefined;
  }

  throwIfAborted(): void {
    if (this.aborted) this.signal.throwIfAborted();
  }

  get signal(): AbortSignal {
    this.controller ??= this.listening();
    return this.controller.signal;
  }

  private listening(): AbortController {
    const controller = new AbortController();
    const { response } = this;
    if (hasGone(response)) controller.abort();
    response.once("close", () => {
      if (hasGone(response)) controller.abort();
    });
    return controller;
  }
}

const hasGone = (response: ServerResponse): boolean =>
  response.closed && !response.writableFinished;
