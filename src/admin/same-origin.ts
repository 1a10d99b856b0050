import type { RequestHandler } from "express";
import { GatewayError } from "../model/errors.ts";

/**
 * Takes writes only from the port's own page and from programs, so that another web page can't make a signed-in browser
 * write: they come as `application/json`, which a foreign form can't send without asking first, and any `Origin` is the
 * port's own. Others are 403 FORBIDDEN.
 * @see docs/operation.md, "Admin port"
 */
export const sameOrigin: RequestHandler = ({ method, headers }, _response, next) => {
  if (method === "GET" || method === "HEAD") return next();
  const { origin, host = "", "sec-fetch-site": site = "none" } = headers;
  const foreign =
    origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`;
  if (foreign || (site !== "none" && site !== "same-origin")) {
    throw new GatewayError("FORBIDDEN", "Another website's page may not write to the admin port");
  }
  if (!/^\s*application\/json\s*(;|$)/i.test(headers["content-type"] ?? "")) {
    throw new GatewayError("FORBIDDEN", "Writes come as Content-Type: application/json");
  }
  next();
};
