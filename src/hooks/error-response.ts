import type { ErrorRequestHandler } from "express";
import { errorBody, gatewayError } from "../model/errors.ts";
import type { Log } from "../model/log.ts";
import { send } from "./answer.ts";

/**
 * The last middleware, and the only place where an error becomes a response. What is not ours is a bug: the log gets it
 * whole, the client a code.
 * @param log told of errors whose status is 500 and more
 */
export function errorResponse(log: Log): ErrorRequestHandler {
  return (thrown: unknown, _request, response, next) => {
    const error = gatewayError(thrown);
    // What was under way for a client that went away was aborted: no error, and nobody to tell.
    if (response.destroyed && isAbort(error.cause)) return;
    if (error.code === "INTERNAL") log.error({ err: error.cause }, error.message);
    else if (error.status >= 500) log.warn({ code: error.code }, error.message);
    if (response.headersSent) return next(thrown); // too late to answer: Express cuts the connection
    const { requestId } = response.locals as { requestId: string };
    const headers = { "Content-Type": "application/json", ...error.headers };
    const told = [...Object.entries(headers).flat(), "X-Request-Id", requestId];
    send(response, error.status, told, Buffer.from(JSON.stringify(errorBody(error))));
  };
}

const isAbort = (cause: unknown) => cause instanceof Error && cause.name === "AbortError";
