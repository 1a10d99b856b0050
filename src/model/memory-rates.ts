import { LRUCache } from "lru-cache";
import type { Rates } from "./traffic.ts";

/** Keys that are known at a time. The one that was used least recently is forgotten first, and begins anew. */
const MOST = 100_000;

/**
 * Rates of one process. A key is one number: when it will have all its runs again. So `limit` runs come at once, then one each
 * `per / limit` (a token bucket, as the generic cell rate algorithm keeps it).
 */
export function memoryRates(now: () => Date): Rates {
  const fullAt = new LRUCache<string, number>({ max: MOST });
  return {
    async take(key, runs, { limit, per }) {
      const time = now().getTime();
      const cost = (runs * per) / limit;
      if (cost > per + ROUNDING) return per;
      const next = Math.max(fullAt.get(key) ?? 0, time) + cost;
      const late = next - (time + per);
      if (late > ROUNDING) return Math.min(late, per);
      fullAt.set(key, next);
      return null;
    },
  };
}

/** Milliseconds that sums of fractions may be off. */
const ROUNDING = 0.001;
