import { StoreUnusable } from "../store/unusable.ts";

/** The system's error when a port can't be opened: no such address, no such host, no right, another process has it. */
interface ListenError extends NodeJS.ErrnoException {
  readonly address?: string;
  readonly hostname?: string;
  readonly port?: number;
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: "another process has this port",
  EADDRNOTAVAIL: "this machine has no such address",
  EACCES: "this port needs more rights",
  ENOTFOUND: "there is no such host",
};

/**
 * Why the gateway can't open a port or its store, for the operator; null when the error is about something else.
 *
 *     "can't listen on 127.0.0.1:8080: another process has this port"
 */
export function unavailable(error: unknown): string | null {
  if (error instanceof StoreUnusable) return error.message;
  const { syscall = "", code = "", address, hostname, port } = error as ListenError;
  if (!["listen", "getaddrinfo"].includes(syscall)) return null;
  const place = [address ?? hostname, port].filter((part) => part !== undefined).join(":");
  return `can't listen on ${place}: ${REASONS[code] ?? code}`;
}
