import { Counter, Gauge, type Registry } from "prom-client";
import type { Connections } from "../model/observer.ts";

/** The connections of the port that clients reach. */
export function connectionMetrics(registry: Registry, connections: () => Connections): void {
  registry.registerMetric(
    new Gauge({
      name: "sidehook_connections",
      help: "Open connections of clients, by state: served, waiting.",
      labelNames: ["state"],
      registers: [],
      collect() {
        const { served, waiting } = connections();
        this.set({ state: "served" }, served);
        this.set({ state: "waiting" }, waiting);
      },
    }),
  );
  registry.registerMetric(
    new Counter({
      name: "sidehook_connections_refused_total",
      help: "Connections that were closed at once, because too many were open.",
      registers: [],
      collect() {
        this.reset();
        this.inc(connections().refused);
      },
    }),
  );
  registry.registerMetric(
    new Counter({
      name: "sidehook_malformed_requests_total",
      help: "Requests that were not valid HTTP, or whose head did not come in time.",
      registers: [],
      collect() {
        this.reset();
        this.inc(connections().malformed);
      },
    }),
  );
}
