/** An error that a client can meet. */
interface ErrorKind {
  /** HTTP status. */
  readonly status: number;
  /** When it is answered, in Markdown. */
  readonly when: string;
}

/**
 * The errors that a client can meet. Stable: clients and tests match on the code. `npm run reference` writes docs/answers.md
 * from it.
 */
export const ERRORS = {
  BAD_PATH: { status: 400, when: "The path could be read in two ways, or not at all." },
  BAD_QUERY: { status: 400, when: "The query could be read in two ways, or not at all." },
  BAD_JSON: {
    status: 400,
    when: "The body is not valid JSON, or servers could read it in different ways.",
  },
  BAD_FORM: { status: 400, when: "The form could be read in two ways, or not at all." },
  BAD_REQUEST: {
    status: 400,
    when: "The request is not one that is understood here: its head, an option, or a value.",
  },
  CONFIGURATION_REFUSED: {
    status: 400,
    when: "On the admin port: the configuration can't be used, so the one before still serves.",
  },
  NOT_TRANSLATABLE: { status: 400, when: "This upstream has no single request that does it." },
  UNKNOWN_WORKFLOW: {
    status: 400,
    when: "`triggerWorkflows` names a workflow that can't run, and `unknownKeys` is `reject`.",
  },
  TRIGGER_WORKFLOWS_REQUIRED: { status: 400, when: "A custom action names no workflow." },
  ONE_RECORD_EXPECTED: {
    status: 400,
    when: "A custom action on one record was given several keys.",
  },
  TOO_MANY_RECORDS: {
    status: 400,
    when: "The body has more than `limits.loop` records, and a pre-action would look at each of them.",
  },
  UNAUTHENTICATED: {
    status: 401,
    when: "There is no token, password or signature, or it is not valid.",
  },
  ROLE_NOT_ALLOWED: { status: 403, when: "`X-Role` is not one of the caller's roles." },
  CLOSED: { status: 403, when: "The path is one of `closed`." },
  WORKFLOW_FORBIDDEN: { status: 403, when: "The caller's role may not run the custom action." },
  FORBIDDEN: {
    status: 403,
    when: "On the admin port: the request is not `application/json`, or comes from another web page.",
  },
  NOT_FOUND: { status: 404, when: "There is nothing at this path, or no such run." },
  WORKFLOW_NOT_FOUND: {
    status: 404,
    when: "There is no such workflow, or it can't run on this action.",
  },
  RECORD_NOT_FOUND: { status: 404, when: "The record that a custom action needs is not there." },
  METHOD_NOT_ALLOWED: {
    status: 405,
    when: "The method can't do this, such as a GET that asks for a write. `Allow` says which can.",
  },
  REQUEST_TIMEOUT: {
    status: 408,
    when: "The head of the request, or a body that is read, did not come in time.",
  },
  CONFLICT: {
    status: 409,
    when: "A step `wait` was answered already, or its run has not reached it. On the admin port: the run is in a state where this can't be done.",
  },
  GONE: {
    status: 410,
    when: "The run does not wait for this answer any more: its time is over, or the run has ended.",
  },
  BODY_TOO_LARGE: {
    status: 413,
    when: "The body is over `limits.body`, packed or unpacked; or an answer to a step `wait` is over `limits.result`.",
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    when: "The body is of a type, an encoding or a charset that can't be read, and it must be read.",
  },
  RATE_LIMITED: {
    status: 429,
    when: "More runs than the `rate` of a workflow allows. `Retry-After` says when to try again.",
  },
  HEADERS_TOO_LARGE: { status: 431, when: "The head of the request is over `limits.headers`." },
  WORKFLOW_ERROR: {
    status: 500,
    when: "A step failed, or the workflow took too long. `Workflow-Action` tells whether the upstream acted.",
  },
  INTERNAL: {
    status: 500,
    when: "A fault of the gateway itself. The log has the cause, under the same request id.",
  },
  UPSTREAM_UNREACHABLE: {
    status: 502,
    when: "The request could not be sent (refused, unknown name, a certificate that is not trusted), or the connection broke before an answer.",
  },
  UPSTREAM_BROKEN: {
    status: 502,
    when: "The upstream's answer is not valid HTTP, or is too long where it is read.",
  },
  ANSWER_UNREADABLE: {
    status: 502,
    when: "The upstream acted, and its answer can't be read. Told in `Workflow-Error`.",
  },
  STORE_UNAVAILABLE: {
    status: 503,
    when: "The runs can't be recorded, so nothing is begun or forwarded. In `Workflow-Error`: the action was done, and its runs could not be queued.",
  },
  TOO_MANY_READERS: {
    status: 503,
    when: "On the admin port: 32 streams of events are open already.",
  },
  UPSTREAM_TIMEOUT: {
    status: 504,
    when: "No final answer headers came within `upstream.timeout`.",
  },
  DEPTH_EXCEEDED: { status: 508, when: "Workflows cause each other deeper than `limits.depth`." },
} as const satisfies Readonly<Record<string, ErrorKind>>;

/** A key of the table above. */
export type ErrorCode = keyof typeof ERRORS;

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
    return ERRORS[this.code].status;
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
