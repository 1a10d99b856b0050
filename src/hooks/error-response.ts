import type { ErrorRequestHandler } from "express";
import { type GatewayError, errorBody, gatewayError } from "../model/errors.ts";

/**
 * The last middleware, and the only place where an error becomes a response. What is not ours is a bug: the log gets it
 * whole, the client a code.
 * @param log told of errors whose status is 500 and more
 */
export function errorResponse(log: (error: GatewayError) => void): ErrorRequestHandler {
  return (thrown: unknown, request, response, next) => {
    const error = gatewayError(thrown);
    if (error.status >= 500) log(error);
    if (response.headersSent) return next(thrown); // too late to answer: Express cuts the connection
    const { requestId } = response.locals as { requestId?: string };
    if (requestId !== undefined) response.set("X-Request-Id", requestId);
    // What is left of an upload would hold the connection.
    if (!request.complete) response.set("Connection", "close");
    response.status(error.status).set(error.headers).json(errorBody(error));
  };
}
