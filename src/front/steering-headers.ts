import type { IncomingMessage } from "node:http";
import { withoutHeaders } from "../model/headers.ts";

/**
 * Headers that some server takes for the path or the method of a request. In lower case. Those with `_` in their name are not
 * listed: all of them go, since servers that name headers as CGI does can't tell them from others (RFC 3875, section 4.1.18).
 */
const STEERING: ReadonlySet<string> = new Set([
  "path-info", // WSGI
  "request-uri",
  "script-name", // gunicorn, where forwarder_headers has it
  "x-envoy-original-method",
  "x-envoy-original-path",
  "x-forwarded-base",
  "x-forwarded-method",
  "x-forwarded-path",
  "x-forwarded-pathbase", // ASP.NET Core
  "x-forwarded-prefix", // Spring, Traefik, Werkzeug's ProxyFix
  "x-forwarded-uri", // Traefik
  "x-http-path-override",
  "x-original-method", // nginx auth_request
  "x-original-path",
  "x-original-uri", // nginx
  "x-original-url", // IIS, Symfony, Zend
  "x-override-url",
  "x-request-uri",
  "x-rewrite-uri",
  "x-rewrite-url", // IIS, Symfony, Zend
  "x-script-name",
  "x-waws-unencoded-url", // Azure
]);

/** The letters that those names begin with, by their code, in either case. */
const BEGINS = new Uint8Array(256);
for (const name of STEERING) {
  BEGINS[name.charCodeAt(0)] = 1;
  BEGINS[name.toUpperCase().charCodeAt(0)] = 1;
}

const SHORTEST = Math.min(...[...STEERING].map((name) => name.length));

/** The headers of a request that could lead the upstream elsewhere than the front door looks. */
export interface SteeringHeaders {
  /** Whether it names more than one host, which servers choose from as they like (RFC 9112, section 3.2). */
  readonly severalHosts: boolean;
  /** The names, in lower case, of headers that some server may read a path or a method from. */
  readonly names: ReadonlySet<string>;
}

const NO_NAMES: ReadonlySet<string> = new Set();
const ONE_HOST: SteeringHeaders = { severalHosts: false, names: NO_NAMES };

/**
 * Reads them in one walk over the headers, which every request takes.
 * @param kept names in lower case that are let through: `upstream.keepHeaders`. Null where nothing is guarded: only hosts count
 */
export function steeringHeaders(
  { rawHeaders }: Pick<IncomingMessage, "rawHeaders">,
  kept: ReadonlySet<string> | null,
): SteeringHeaders {
  let hosts = 0;
  let found: Set<string> | null = null;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string;
    if (name.length === 4 && name.toLowerCase() === "host") hosts++;
    else if (kept !== null && mayBeSteering(name)) {
      const lower = name.toLowerCase();
      if (kept.has(lower) || !(lower.includes("_") || STEERING.has(lower))) continue;
      found ??= new Set();
      found.add(lower);
    }
  }
  if (hosts <= 1 && found === null) return ONE_HOST;
  return { severalHosts: hosts > 1, names: found ?? NO_NAMES };
}

/** Whether a name is worth a second look: most are not. */
const mayBeSteering = (name: string): boolean =>
  (name.length >= SHORTEST && BEGINS[name.charCodeAt(0)] === 1) || name.includes("_");

/** Takes headers out of a request, by their names in lower case. It is changed, so that no way to the upstream has them. */
export function dropHeaders(request: IncomingMessage, names: ReadonlySet<string>): void {
  // Before the raw ones change: Node makes these of them when they are first asked for.
  const { headers, headersDistinct } = request;
  request.rawHeaders = withoutHeaders(request.rawHeaders, names);
  for (const name of names) {
    delete headers[name];
    delete headersDistinct[name];
  }
}
