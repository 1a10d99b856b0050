import { readdir } from "node:fs/promises";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { Counter, Gauge, type Registry } from "prom-client";

/**
 * The process, under the names that Prometheus gives them. Prom-client's own default metrics begin observers that can't be
 * ended, so that each gateway of a process would leave some behind.
 * @returns ends what measures
 */
export function processMetrics(registry: Registry, fileLimit: number): () => void {
  const gauge = (name: string, help: string, read: () => number | Promise<number>) =>
    registry.registerMetric(
      new Gauge({
        name,
        help,
        registers: [],
        async collect() {
          this.set(await read());
        },
      }),
    );
  registry.registerMetric(
    new Counter({
      name: "process_cpu_seconds_total",
      help: "CPU time of all threads of the process, in user and system mode.",
      registers: [],
      collect() {
        const { user, system } = process.cpuUsage();
        this.reset();
        this.inc((user + system) / 1_000_000);
      },
    }),
  );
  const startedAt = Date.now() / 1_000 - process.uptime();
  gauge("process_start_time_seconds", "When the process began, in Unix time.", () => startedAt);
  gauge("process_resident_memory_bytes", "Memory of the process that is in RAM.", () =>
    process.memoryUsage.rss(),
  );
  gauge("process_open_fds", "Open files, connections among them; -1: not known.", openFiles);
  gauge("process_max_fds", "How many files the process may open.", () => fileLimit);
  gauge("nodejs_heap_size_total_bytes", "The heap of JavaScript.", () => memory().heapTotal);
  gauge("nodejs_heap_size_used_bytes", "Its part that is in use.", () => memory().heapUsed);
  gauge("nodejs_external_memory_bytes", "Memory outside the heap.", () => memory().external);
  return eventLoopMetrics(registry);
}

const memory = () => process.memoryUsage();

const openFiles = async () => {
  try {
    return (await readdir("/proc/self/fd")).length;
  } catch {
    return -1;
  }
};

/** How often the event loop is looked at, in milliseconds. */
const RESOLUTION = 20;

/** By how much the event loop is late. @returns ends the watch */
function eventLoopMetrics(registry: Registry): () => void {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION });
  delay.enable();
  const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e9 - RESOLUTION / 1_000) || 0;
  registry.registerMetric(
    new Gauge({
      name: "sidehook_event_loop_delay_seconds",
      help: "By how much the event loop was late since the last time that this was read, by quantile; 1: at most.",
      labelNames: ["quantile"],
      registers: [],
      collect() {
        this.set({ quantile: "0.5" }, late(delay.percentile(50)));
        this.set({ quantile: "0.99" }, late(delay.percentile(99)));
        this.set({ quantile: "1" }, late(delay.max));
        delay.reset();
      },
    }),
  );
  return () => void delay.disable();
}
