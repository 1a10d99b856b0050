/** The errors that a client can meet, with their HTTP status. Stable: clients and tests match on the code. */
export const STATUS = {
  BAD_PATH: 400,
  BAD_QUERY: 400,
  BAD_JSON: 400,
  BAD_FORM: 400,
  BAD_REQUEST: 400,
  NOT_TRANSLATABLE: 400,
  UNKNOWN_WORKFLOW: 400,
  TRIGGER_WORKFLOWS_REQUIRED: 400,
  ONE_RECORD_EXPECTED: 400,
  TOO_MANY_RECORDS: 400,
  UNAUTHENTICATED: 401,
  ROLE_NOT_ALLOWED: 403,
  CLOSED: 403,
  WORKFLOW_FORBIDDEN: 403,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  WORKFLOW_NOT_FOUND: 404,
  RECORD_NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  CONFLICT: 409,
  GONE: 410,
  REQUEST_TIMEOUT: 408,
  BODY_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  RATE_LIMITED: 429,
  HEADERS_TOO_LARGE: 431,
  WORKFLOW_ERROR: 500,
  INTERNAL: 500,
  UPSTREAM_UNREACHABLE: 502,
  UPSTREAM_BROKEN: 502,
  ANSWER_UNREADABLE: 502,
  STORE_UNAVAILABLE: 503,
  TOO_MANY_READERS: 503,
  UPSTREAM_TIMEOUT: 504,
  DEPTH_EXCEEDED: 508,
} as const;

/** A key of the table above. */
export type ErrorCode = keyof typeof STATUS;

/** The facts that a `GatewayError` may carry beside its message. */
export interface GatewayErrorOptions extends ErrorOptions {
  /** Answer headers, e.g. `{ Allow: "POST" }`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Thrown on purpose while serving. The message is for the client, the cause for the log. */
export class GatewayError extends Error {
  override readonly name = "GatewayError";
  readonly code: ErrorCode;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ErrorCode, message: string, options?: GatewayErrorOptions) {
    super(message, options);
    this.code = code;
    this.headers = options?.headers ?? {};
  }

  /** The HTTP status of its code. */
  get status(): number {
    return STATUS[this.code];
  }
}

/**
 * The upstream gave no answer that could be used: UPSTREAM_UNREACHABLE, UPSTREAM_TIMEOUT, UPSTREAM_BROKEN. Its own class,
 * since it carries what the code does not tell.
 */
export class UpstreamError extends GatewayError {
  /** Whether the upstream may have acted: false only when no byte of the request went out. */
  readonly sent: boolean;

  constructor(code: ErrorCode, message: string, options: GatewayErrorOptions & { sent: boolean }) {
    super(code, message, options);
    this.sent = options.sent;
  }
}

/** Whether the upstream may have acted although this came of it: not when the error tells that nothing was sent. */
export const mayHaveActed = (error: unknown): boolean =>
  error instanceof UpstreamError ? error.sent : !(error instanceof GatewayError);

/** One member of an error answer. A workflow's own message carries no code. */
export interface ErrorMember {
  readonly message: string;
  readonly code?: string;
}

/** The body of an error answer: `{"errors":[{"message":"…","code":"…"}]}`. */
export interface ErrorBody {
  readonly errors: readonly ErrorMember[];
}

/** The body that tells a client of an error. Any other error is told as a bare `INTERNAL`. */
export function errorBody(error: unknown): ErrorBody {
  const { message, code } = gatewayError(error);
  return { errors: [{ message, code }] };
}

/** The error itself when it was thrown on purpose, else an `INTERNAL` one that keeps it as its cause. */
export function gatewayError(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  return new GatewayError("INTERNAL", "The gateway met an unexpected error", { cause: error });
}
