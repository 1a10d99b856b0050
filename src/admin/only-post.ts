import type { RequestHandler } from "express";
import { GatewayError } from "../model/errors.ts";

/** Refuses all other methods than POST. Stands behind the handler of POST. */
export const onlyPost: RequestHandler = ({ method }) => {
  const headers = { Allow: "POST" };
  throw new GatewayError("METHOD_NOT_ALLOWED", `${method} is not allowed here; only POST is`, {
    headers,
  });
};
