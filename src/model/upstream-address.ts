/** Where the upstream is, in the parts that it is spoken to by. */
export interface UpstreamAddress {
  /** `http://127.0.0.1:3000`; of a Unix socket `http://localhost`. */
  readonly origin: string;
  /** The path that is put before every request's: `/v1`; empty where there is none. */
  readonly base: string;
  /** Absolute path of a Unix socket; null: the origin is connected to. */
  readonly socketPath: string | null;
}

/**
 * Reads `upstream.url`.
 *
 *     http://127.0.0.1:3000/v1  → { origin: "http://127.0.0.1:3000", base: "/v1", socketPath: null }
 *     unix:/run/api.sock        → { origin: "http://localhost", base: "", socketPath: "/run/api.sock" }
 */
export function upstreamAddress(url: string): UpstreamAddress {
  if (isUnixSocket(url)) {
    return { origin: "http://localhost", base: "", socketPath: url.slice(UNIX.length) };
  }
  const { origin, pathname } = new URL(url);
  return { origin, base: pathname.replace(/\/+$/, ""), socketPath: null };
}

const UNIX = "unix:";

/** Whether `upstream.url` names a Unix socket: `unix:/run/api.sock`. */
export const isUnixSocket = (url: string): boolean => url.startsWith(UNIX);
