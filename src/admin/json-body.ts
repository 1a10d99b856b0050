import { type RequestHandler, text } from "express";
import { GatewayError } from "../model/errors.ts";
import { type Json, parseJson } from "../model/json.ts";

/** The largest body of an operator's request: it may hold a record, given as data. */
const LIMIT = "10mb";

/** Handlers that read a JSON body, integers outside ±2^53 exactly. `request.body` is undefined without one. */
export const jsonBody: readonly RequestHandler[] = [
  text({ type: "application/json", limit: LIMIT }),
  (request, _response, next) => {
    const body: unknown = request.body;
    request.body = typeof body !== "string" || body === "" ? undefined : objectIn(body);
    next();
  },
];

/** @throws {GatewayError} BAD_JSON */
function objectIn(body: string): Json {
  try {
    const value = parseJson(body);
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // Told below.
  }
  throw new GatewayError("BAD_JSON", "The body should be a JSON object");
}
