import { Gauge, Registry } from "prom-client";
import type {
  Connections,
  RequestObserver,
  StoreObserver,
  UpstreamObserver,
} from "../model/observer.ts";
import type { ConfigurationState } from "../model/reload.ts";
import { configurationMetrics } from "./configuration.ts";
import { connectionMetrics } from "./connections.ts";
import { processMetrics } from "./process.ts";
import { requestMetrics } from "./requests.ts";
import { type RunMetrics, runMetrics } from "./runs.ts";
import { type StoreNumbers, commitMetrics, storeMetrics } from "./store.ts";
import { upstreamMetrics } from "./upstream.ts";

/** Facts that metrics are made with. */
export interface MetricsParts {
  /** Of Sidehook: `0.1.0`. */
  readonly version: string;
  readonly stepTypes: Iterable<string>;
  /** How many files the process may open. */
  readonly fileLimit: number;
  readonly now: () => Date;
}

/** What can be read only when the gateway serves. */
export interface MetricsSources {
  readonly store: StoreNumbers;
  readonly connections: () => Connections;
  readonly configuration: () => ConfigurationState;
}

/** The metrics of one gateway. They outlive its configurations: numbers only grow. */
export interface Metrics {
  readonly requests: RequestObserver;
  readonly upstream: UpstreamObserver;
  readonly commits: StoreObserver;
  readonly runs: RunMetrics;
  /** The gateway serves: reads these and the process too from now on. Called once. */
  read(sources: MetricsSources): void;
  /** All numbers as text, and its media type. */
  text(): Promise<{ readonly type: string; readonly body: string }>;
  /** Ends what measures the process. */
  close(): void;
}

/**
 * Makes the metrics of a gateway. See docs/metrics.md.
 * @param registry of its own; given by whoever lists them
 */
export function openMetrics(
  { version, stepTypes, fileLimit, now }: MetricsParts,
  registry = new Registry(),
): Metrics {
  const info = new Gauge({
    name: "sidehook_build_info",
    help: "1, with the versions of Sidehook and of Node.",
    labelNames: ["version", "node"],
    registers: [registry],
  });
  info.set({ version, node: process.version }, 1);
  let end: (() => void) | null = null;
  return {
    requests: requestMetrics(registry),
    upstream: upstreamMetrics(registry),
    commits: commitMetrics(registry),
    runs: runMetrics(registry, [...stepTypes]),
    read({ store, connections, configuration }) {
      configurationMetrics(registry, configuration, store.differing);
      storeMetrics(registry, store, now);
      connectionMetrics(registry, connections);
      end = processMetrics(registry, fileLimit);
    },
    text: async () => ({ type: registry.contentType, body: await registry.metrics() }),
    close: () => end?.(),
  };
}
