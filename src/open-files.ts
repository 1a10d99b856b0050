import { readFileSync } from "node:fs";

/** How many files this process may open, sockets among them; infinite where the system does not tell. */
export function openFileLimit(): number {
  try {
    const limits = readFileSync("/proc/self/limits", "utf8");
    return Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? Infinity);
  } catch {
    return Infinity;
  }
}

/** The files that are reserved for the admin port, the store, the log, and outbound calls. */
const RESERVED = 128;

/**
 * How many connections of clients can be served, and be open, with so many files: each that is served may need another to
 * the upstream, and the admin port is to be reached whatever clients do.
 *
 *     10000 wanted, 300 files → 86 served, 86 open
 *     50 wanted, 300 files    → 50 served, 122 open
 */
export function connectionsWithin(wanted: number, files: number): { served: number; open: number } {
  const free = Math.max(files - RESERVED, 2);
  const served = Math.min(wanted, Math.floor(free / 2));
  return { served, open: free - served };
}
