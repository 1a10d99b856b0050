import { Counter, type Registry } from "prom-client";
import { ANSWERED_WAYS, type RequestObserver } from "../model/observer.ts";
import { Timing } from "./timing.ts";

const WAYS = [...ANSWERED_WAYS, "upgrade"] as const;

/** Statuses above it are counted together, so that an upstream can't make up labels without end. */
const HIGHEST = 599;

/**
 * Requests by way and status. One costs a few additions: what prom-client does is done when the numbers are read.
 */
export function requestMetrics(registry: Registry): RequestObserver {
  /** By way and status; 0: none, beyond the highest: another. */
  const counts = Object.fromEntries(
    WAYS.map((way) => [way, new Float64Array(HIGHEST + 2)]),
  ) as Record<(typeof WAYS)[number], Float64Array>;
  const count = (way: (typeof WAYS)[number], status: number | null) => {
    const numbers = counts[way];
    const at = status === null ? 0 : Math.min(status, HIGHEST + 1);
    numbers[at] = (numbers[at] as number) + 1;
  };
  const durations = new Timing(registry, {
    name: "sidehook_request_duration_seconds",
    help: "Time from the head of a request to the end of its answer, by way. Upgraded connections are not among them.",
    label: "way",
    values: ANSWERED_WAYS,
  });

  registry.registerMetric(
    new Counter({
      name: "sidehook_requests_total",
      help: "Requests whose answer is over, by way and status. Status `none`: the client went away before it was answered.",
      labelNames: ["way", "status"],
      registers: [],
      collect() {
        this.reset();
        for (const way of WAYS) {
          for (const [status, number] of counts[way].entries()) {
            if (number > 0) this.inc({ way, status: statusText(status) }, number);
          }
        }
      },
    }),
  );
  return {
    answered(way, status, milliseconds) {
      count(way, status);
      durations.took(way, milliseconds);
    },
    upgraded: (status) => count("upgrade", status),
  };
}

/** `200`, `none`, `other`. */
const statusText = (status: number): string =>
  status === 0 ? "none" : status > HIGHEST ? "other" : String(status);
