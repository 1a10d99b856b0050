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

/**
 * The names, in lower case, of a request's headers that could make the upstream read another path than the guards.
 * @param kept names in lower case that are let through: `upstream.keepHeaders`
 */
export function steeringHeaders(
  { rawHeaders }: Pick<IncomingMessage, "rawHeaders">,
  kept: ReadonlySet<string>,
): ReadonlySet<string> {
  let found: Set<string> | null = null;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string;
    if (!mayBeSteering(name)) continue;
    const lower = name.toLowerCase();
    if (kept.has(lower) || !(lower.includes("_") || STEERING.has(lower))) continue;
    found ??= new Set();
    found.add(lower);
  }
  return found ?? NONE;
}

/** Takes such headers out of a request. The request is changed, so that no way to the upstream has them. */
export function dropSteeringHeaders(request: IncomingMessage, kept: ReadonlySet<string>): void {
  const names = steeringHeaders(request, kept);
  if (names.size === 0) return;
  // Before the raw ones change: Node makes these of them when they are first asked for.
  const { headers, headersDistinct } = request;
  request.rawHeaders = withoutHeaders(request.rawHeaders, names);
  for (const name of names) {
    delete headers[name];
    delete headersDistinct[name];
  }
}

const NONE: ReadonlySet<string> = new Set();

/** Whether a name is worth a second look: most are not. */
const mayBeSteering = (name: string): boolean => /^[xprs]/i.test(name) || name.includes("_");

/** Whether a request names more than one host, which servers choose from as they like (RFC 9112, section 3.2). */
export function hasSeveralHosts({ rawHeaders }: IncomingMessage): boolean {
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string;
    if (name.length === 4 && name.toLowerCase() === "host") hosts++;
  }
  return hosts > 1;
}
