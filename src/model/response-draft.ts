import type { Json } from "./json.ts";

/** The changes that a `set-response` step asks for. Absent fields stay as they are. */
export interface ResponseChange {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Json;
}

/** The upstream's answer on its way to the client, as far as sync post-action workflows have changed it. */
export interface ResponseDraft {
  /** @param headerLimit bytes of all headers that were set @throws {StepError} `BAD_HEADER` */
  change(change: ResponseChange, headerLimit: number): void;
}
