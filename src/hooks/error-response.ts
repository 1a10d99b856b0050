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
    const { requestId } = response.locals as { requestId: string };
    const body = Buffer.from(JSON.stringify(errorBody(error)));
    response.writeHead(error.status, {
      "Content-Type": "application/json",
      "Content-Length": body.length,
      ...error.headers,
      "X-Request-Id": requestId,
      // What is left of an upload would hold the connection.
      ...(!request.complete && { Connection: "close" }),
    });
    response.end(body);
  };
}
