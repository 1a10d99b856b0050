import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { monitorEventLoopDelay } from "node:perf_hooks";

/** A proxy under test, as a process of its own. The upstream's URL is its first argument. */
export function contestant(start: (upstream: string) => Server): void {
  const server = start(process.argv[2] ?? "");
  server.listen(0, "127.0.0.1", () => {
    reportCpu(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
}

/**
 * Tells the parent where this process listens, and whenever it is asked its CPU time in microseconds, its memory in bytes,
 * and how late the event loop was since it was last asked: 99 of 100 times less, in milliseconds.
 */
export function reportCpu(url: string): void {
  process.send?.({ url });
  const late = monitorEventLoopDelay({ resolution: RESOLUTION });
  late.enable();
  process.on("message", () => {
    const { user, system } = process.cpuUsage();
    const delay = late.percentile(99) / 1e6 - RESOLUTION;
    process.send?.({ cpu: user + system, memory: process.memoryUsage.rss(), delay });
    late.reset();
  });
  process.on("disconnect", () => process.exit());
}

/** How often the event loop is looked at, in milliseconds. */
const RESOLUTION = 1;
