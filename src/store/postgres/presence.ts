import type { Pool } from "pg";
import type { Log } from "../../model/log.ts";
import type { Writer } from "../writer.ts";
import { despiteConflicts } from "./conflict.ts";

/** How long an instance lives on in the eyes of others, and how often it shows itself. Milliseconds. */
export interface LeaseTimes {
  readonly duration: number;
  readonly renewal: number;
}

/** The lease of this instance. */
export interface Presence {
  /** Renews it, and takes over what others have left whose leases are over. */
  renew(): Promise<void>;
  /** Gives it up: what this instance has begun is others' at once. Never rejects. */
  close(): Promise<void>;
}

/** The parts of a presence. */
interface PresenceParts {
  readonly pool: Pool;
  readonly writer: Pick<Writer, "commit">;
  readonly lease: LeaseTimes;
  /** Called with each renewal, at this time of the database. */
  readonly renewed: (now: Date) => Promise<void>;
  /** Called after each renewal: runs may have become claimable, with or without a wake-up. */
  readonly swept: () => void;
  readonly log: Log;
}

/**
 * Keeps this instance's lease. Times are those of the database, so that clocks of machines may differ. When the database was
 * away, all leases are over: others get the time to renew theirs before they count as gone.
 */
export function keepPresence(parts: PresenceParts): Presence {
  const { pool, writer, lease, renewed, swept, log } = parts;
  /** When the lease was renewed, by a clock that can't be set. */
  let renewedAt = performance.now();
  let judgesAt = 0;
  let isAway = false;

  const renew = async () => {
    const now = await databaseTime(pool);
    const until = new Date(now.getTime() + lease.duration).toISOString();
    if (performance.now() - renewedAt > lease.duration)
      judgesAt = performance.now() + lease.duration;
    const gone = performance.now() >= judgesAt ? "late" : "none";
    const runs = await writer.commit({ kind: "recover", now: now.toISOString(), until, gone });
    renewedAt = performance.now();
    if (runs > 0) log.info({ runs }, "runs of a process that died are taken up");
    await despiteConflicts(() => foldCounts(pool));
    await despiteConflicts(() => renewed(now));
  };
  const renewQuietly = async () => {
    try {
      await renew();
      if (isAway) log.info({}, "the store is back");
      isAway = false;
      swept();
    } catch (error) {
      if (!isAway) log.error({ err: error }, "the store can't be reached");
      isAway = true;
    }
  };
  let renewing: Promise<void> | null = null;
  const timer = setInterval(() => {
    renewing ??= renewQuietly().finally(() => (renewing = null));
  }, lease.renewal).unref();

  return {
    renew,
    async close() {
      clearInterval(timer);
      await renewing;
      try {
        const now = (await databaseTime(pool)).toISOString();
        await writer.commit({ kind: "recover", now, until: now, gone: "late" });
      } catch (error) {
        log.warn({ err: error }, "the lease is left to end by itself");
      }
    },
  };
}

/** The time of the database. */
export async function databaseTime(database: Pick<Pool, "query">): Promise<Date> {
  const { rows } = await database.query<{ now: Date }>("select clock_timestamp() as now");
  return rows[0]?.now ?? new Date();
}

/** Adds up the changes of the numbers of runs, by one instance at a time. */
async function foldCounts(pool: Pool): Promise<void> {
  await pool.query(
    `with mine as materialized (select pg_try_advisory_xact_lock(hashtext('sidehook run counts')) as mine),
       moved as (delete from run_count_changes where (select mine from mine) returning workflow, status, change)
     insert into run_count_sums (workflow, status, runs)
       select workflow, status, sum(change) from moved group by workflow, status
     on conflict (workflow, status) do update set runs = run_count_sums.runs + excluded.runs`,
  );
}
