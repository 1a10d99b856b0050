/** A URL that may be a template, and whether its origin stands there as written. */
export interface ConfiguredUrl {
  readonly url: string;
  /** False when an expression computed the scheme, host or port. */
  readonly literalOrigin: boolean;
}

/** A call to somewhere outside, as the `request` step makes it. */
export interface OutboundRequest {
  readonly to: ConfiguredUrl;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer | null;
  readonly signal: AbortSignal;
}

/** Its answer, read whole. Header names are in lower case; several of one name are joined by `, `. */
export interface OutboundAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/**
 * Calls a URL, within what `egress` allows.
 * @throws {StepError} `EGRESS_DENIED`, `EGRESS_UNREACHABLE`, `EGRESS_TOO_LARGE`, `EGRESS_REDIRECTS`
 */
export type Outbound = (request: OutboundRequest) => Promise<OutboundAnswer>;
