import { durationText } from "../model/duration.ts";
import { GatewayError } from "../model/errors.ts";
import type { JsonObject } from "../model/json.ts";
import { type Rate, type Rates, sharedKey } from "../model/traffic.ts";
import type { Workflow } from "../model/workflow.ts";

/**
 * Lets the runs of a workflow begin that a request is about to cause, or none of them.
 * @param triggers what each run sees as `trigger`
 * @throws {GatewayError} RATE_LIMITED, STORE_UNAVAILABLE
 */
export type Admit = (workflow: Workflow, triggers: readonly JsonObject[]) => Promise<void>;

/** Admits runs within the `rate` of their workflows. */
export function admission(rates: Rates): Admit {
  return async ({ key, rate }, triggers) => {
    if (rate === null) return;
    const runs = new Map<string, number>();
    for (const trigger of triggers) {
      const shared = sharedKey(key, rate.key, trigger);
      runs.set(shared, (runs.get(shared) ?? 0) + 1);
    }
    for (const [shared, count] of runs) {
      const wait = await rates.take(shared, count, rate);
      if (wait !== null) throw limited(key, rate, wait);
    }
  };
}

/** See https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-10 */
function limited(key: string, { limit, per }: Rate, wait: number): GatewayError {
  const seconds = Math.max(1, Math.ceil(wait / 1_000));
  const window = Math.max(1, Math.ceil(per / 1_000));
  const message = `Workflow "${key}" runs at most ${limit} times in ${durationText(per)}; try again in ${seconds} s`;
  return new GatewayError("RATE_LIMITED", message, {
    headers: {
      "Retry-After": String(seconds),
      "RateLimit-Policy": `"${key}";q=${limit};w=${window}`,
      RateLimit: `"${key}";r=0;t=${seconds}`,
    },
  });
}
