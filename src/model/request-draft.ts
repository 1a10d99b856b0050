import type { Json, JsonObject } from "./json.ts";

/** The changes that a `set-request` step asks for. */
export interface RequestChange {
  readonly values?: JsonObject;
  /** Take `values` for the whole body instead of merging them into it. */
  readonly replace?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  /** Query parameters to set; null removes one. */
  readonly query?: Readonly<Record<string, Json>>;
}

/** The request on its way to the upstream, as far as workflows have changed it. */
export interface RequestDraft {
  /** @param headerLimit bytes of all headers that were set @throws {StepError} `NOT_AN_OBJECT` when values are set on a body that is not a JSON object; `BAD_HEADER` */
  change(change: RequestChange, headerLimit: number): void;
}
