import { Counter, Gauge, type Registry } from "prom-client";
import type { ConfigurationState } from "../model/reload.ts";

/**
 * Which configuration is served, and how its reloads went.
 * @param differing how many other instances of the store serve another one
 */
export function configurationMetrics(
  registry: Registry,
  state: () => ConfigurationState,
  differing: () => number,
): void {
  registry.registerMetric(
    new Gauge({
      name: "sidehook_config_info",
      help: "1, with the hash of the configuration that is served.",
      labelNames: ["hash"],
      registers: [],
      collect() {
        this.reset();
        this.set({ hash: state().hash }, 1);
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: "sidehook_config_differing_instances",
      help: "Other instances of the same store that serve another configuration.",
      registers: [],
      collect() {
        this.set(differing());
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: "sidehook_config_last_reload_success_timestamp_seconds",
      help: "When the configuration that is served was loaded, in Unix time.",
      registers: [],
      collect() {
        this.set(state().loadedAt.getTime() / 1_000);
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: "sidehook_config_last_reload_successful",
      help: "0 after a reload that was refused, else 1.",
      registers: [],
      collect() {
        this.set(state().lastReload?.ok === false ? 0 : 1);
      },
    }),
  );
  registry.registerMetric(
    new Counter({
      name: "sidehook_config_reloads_total",
      help: "Reloads, by result: done, refused.",
      labelNames: ["result"],
      registers: [],
      collect() {
        this.reset();
        for (const [result, count] of Object.entries(state().reloads)) this.inc({ result }, count);
      },
    }),
  );
}
