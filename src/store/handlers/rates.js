// @ts-check
import { read, write } from "./statement.js";

/** @import { JobHandlers } from "../jobs.ts" */

/**
 * In one statement, so that instances which take at once wait for each other.
 * @type {ReturnType<typeof write<{ key: string, cost: number, now: number, fresh: number, latest: number }>>}
 */
const take = write(
  `insert into rates (key, full_at) values (@key, @fresh)
   on conflict (key) do update
     set full_at = case when rates.full_at > @now then rates.full_at + @cost else @fresh end
     where rates.full_at <= @now or rates.full_at + @cost <= @latest`,
);
/** @type {ReturnType<typeof read<{ key: string }, { full_at: number }>>} */
const left = read("select full_at from rates where key = @key");
/** @type {ReturnType<typeof write<{ now: number, slice: number }>>} */
const remove = write(
  "delete from rates where key in (select key from rates where full_at <= @now limit @slice)",
);

/** Milliseconds that sums of fractions may be off. */
const ROUNDING = 0.001;

/**
 * What is left of rates: a key is one number, when all of it is left.
 * @returns {JobHandlers<"take" | "forgetRates">}
 */
export function rateJobs() {
  return {
    *take({ key, runs, limit, per, now }) {
      const time = Date.parse(now);
      const cost = (runs * per) / limit;
      const latest = time + per + ROUNDING;
      if (cost > per + ROUNDING) return per;
      const changes = yield* take({ key, cost, now: time, fresh: time + cost, latest });
      if (changes > 0) return null;
      const [row] = yield* left({ key });
      return Math.min(per, (row?.full_at ?? time) + cost - (time + per));
    },
    *forgetRates({ now, slice }) {
      return yield* remove({ now: Date.parse(now), slice });
    },
  };
}
