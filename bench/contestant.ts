import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A proxy under test, as a process of its own. The upstream's URL is its first argument. */
export function contestant(start: (upstream: string) => Server): void {
  const server = start(process.argv[2] ?? "");
  server.listen(0, "127.0.0.1", () => {
    reportCpu(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
}

/** Tells the parent where this process listens, and its CPU time in microseconds and memory in bytes whenever it is asked. */
export function reportCpu(url: string): void {
  process.send?.({ url });
  process.on("message", () => {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpu: user + system, memory: process.memoryUsage.rss() });
  });
  process.on("disconnect", () => process.exit());
}
