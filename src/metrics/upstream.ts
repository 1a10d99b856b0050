import { Counter, type Registry } from "prom-client";
import type { ErrorCode } from "../model/errors.ts";
import type { UpstreamObserver } from "../model/observer.ts";
import { Timing } from "./timing.ts";

/** The kinds of errors, by code. */
const KINDS = new Map<ErrorCode, string>([
  ["UPSTREAM_UNREACHABLE", "unreachable"],
  ["UPSTREAM_TIMEOUT", "timeout"],
  ["UPSTREAM_BROKEN", "broken"],
]);

/** How soon the upstream answers, and how often it does not. Requests of steps to the upstream count too. */
export function upstreamMetrics(registry: Registry): UpstreamObserver {
  const latency = new Timing(registry, {
    name: "sidehook_upstream_latency_seconds",
    help: "Time from a request being sent to the upstream to the head of its answer.",
    label: null,
    values: ["all"],
  });
  const errors = new Counter({
    name: "sidehook_upstream_errors_total",
    help: "Requests without an answer of the upstream that could be used, by kind: unreachable, timeout, broken.",
    labelNames: ["kind"],
    registers: [registry],
  });
  for (const kind of KINDS.values()) errors.inc({ kind }, 0);
  return {
    answered: (milliseconds) => latency.took("all", milliseconds),
    failed(code) {
      const kind = KINDS.get(code);
      if (kind !== undefined) errors.inc({ kind });
    },
  };
}
