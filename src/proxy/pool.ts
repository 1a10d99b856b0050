import { Pool, buildConnector } from "undici";
import type { UpstreamTls } from "../model/config.ts";
import type { UpstreamAddress } from "../model/upstream-address.ts";

/** How long a connection may take to be made, in milliseconds, where `upstream.timeout` is longer. */
const CONNECTING = 10_000;

/** Opens a pool of connections to the upstream. @param keep whether connections are used again */
export function openPool(
  { origin, socketPath }: UpstreamAddress,
  { timeout, tls }: { readonly timeout: number; readonly tls?: UpstreamTls | undefined },
  { keep = true } = {},
): Pool {
  const { ca = null, cert = null, key = null, servername = null } = tls ?? {};
  const connect = buildConnector({
    timeout: Math.min(timeout, CONNECTING),
    ...(socketPath !== null && { socketPath }),
    ...(ca !== null && { ca }),
    ...(cert !== null && key !== null && { cert, key }),
  });
  const { hostname } = new URL(origin);
  return new Pool(origin, {
    // The name that a certificate is held against never comes from a request's Host.
    connect: (options, done) =>
      connect({ ...options, servername: servername ?? undefined, host: hostname }, done),
    headersTimeout: timeout,
    bodyTimeout: 0, // a stream of events may be silent for as long as it likes
    maxHeaderSize: 256 * 1024,
    ...(!keep && { pipelining: 0 }),
  });
}
