import { hostname } from "node:os";
import type { RequestHandler } from "express";
import { GatewayError } from "../model/errors.ts";

/**
 * Takes requests only under the port's own names, so that a page elsewhere can't reach it by a name of its own that leads
 * here (DNS rebinding); others are 403 FORBIDDEN. The number behind the name may be any: a tunnel or a container gives the
 * port another one, and a page can't choose it for a name that is ours.
 * @param host the configured one. Loopback names are always taken; where it is all of the machine's addresses, so are
 *   addresses and the machine's name
 */
export function ownHosts(host: string): RequestHandler {
  const names = new Set([
    "localhost",
    "127.0.0.1",
    "[::1]",
    host.toLowerCase(),
    `[${host.toLowerCase()}]`,
  ]);
  const any = host === "0.0.0.0" || host === "::";
  if (any) names.add(hostname().toLowerCase());
  return (request, _response, next) => {
    const [, name = ""] =
      /^(\[[^\]]*\]|[^:]*)(?::\d+)?$/.exec(request.headers.host?.toLowerCase() ?? "") ?? [];
    if (names.has(name) || (any && isAddress(name))) return next();
    throw new GatewayError(
      "FORBIDDEN",
      "The admin port does not answer to this Host; use the name or address that it is configured with",
    );
  };
}

/** A foreign page can make a name of its own lead to this port, never an address. */
const isAddress = (name: string) => /^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:.]+\])$/.test(name);
