import { type Runner, run as runWorker, Logger } from "graphile-worker";
import type { Pool, PoolClient } from "pg";
import type { Log } from "../../model/log.ts";
import type { Accepted, AdvancedRow, AnswerResult, ClaimedWrite, Job, Outcome } from "../jobs.ts";
import { isMissing } from "./fault.ts";

/** Wakes an instance when a run can be claimed. Wake-ups may be lost or doubled: the sweep claims whatever is there. */
export interface WakeUps {
  /** Adds those of some jobs, in their transaction. @param freed runs that go on as well: ids */
  add(
    client: PoolClient,
    jobs: readonly Job[],
    outcomes: readonly Outcome[],
    freed: readonly string[],
  ): Promise<void>;
  /** Begins to listen for them, or tries again. Never rejects. */
  start(woken: () => void): Promise<void>;
  stop(): Promise<void>;
}

const TASK = "sidehook_wake";

/**
 * Adds wake-ups, in one order, since others add some at the same time. A run that is named twice has the earlier.
 * @see https://worker.graphile.org/docs/sql-add-job#add-jobs-in-bulk
 */
const ADDED = `
select count(*) from graphile_worker.add_jobs((
  select array_agg(row($1, null, null, at, 1, run, null, null)::graphile_worker.job_spec order by run)
  from (
    select distinct on (run) run, at
    from unnest($2::text[], $3::timestamptz[]) as claimable (run, at)
    order by run, at nulls first
  ) as claimable
))`;

/**
 * Wake-ups by graphile-worker: jobs of its schema, added in the transaction that makes a run claimable, with the run as key
 * and its time as `run_at`. It carries nothing else, so it may lose them.
 * @param pool for its own connections
 * @see https://worker.graphile.org/docs/sql-add-job
 */
export function graphileWakeUps(pool: Pool, log: Log): WakeUps {
  let runner: Runner | null = null;
  let isThere = false;
  let isStopped = false;
  let starting: Promise<void> | null = null;

  const begin = async (woken: () => void) => {
    if (isThere || isStopped) return;
    try {
      await runner?.stop().catch(() => {});
      runner = await runWorker({
        pgPool: pool,
        concurrency: 1,
        pollInterval: 5_000,
        noHandleSignals: true,
        parsedCronItems: [],
        taskList: { [TASK]: () => woken() },
        logger: new Logger(() => (level, message) => log.debug({ level }, message)),
      });
      isThere = true;
      void runner.promise
        .then(() => (isThere = false))
        .catch((error: unknown) => {
          isThere = false;
          log.warn({ err: error }, "graphile-worker has ended: queued runs are found by the sweep");
        });
    } catch (error) {
      log.warn({ err: error }, "graphile-worker can't be used: queued runs are found by the sweep");
    }
  };

  return {
    async add(client, jobs, outcomes, freed) {
      const claimable = [
        ...jobs.flatMap((job, at) => claimableAfter(job, outcomes[at])),
        ...freed.map(now),
      ];
      if (!isThere || claimable.length === 0) return;
      await client.query("savepoint wake_ups");
      try {
        await client.query({
          name: TASK,
          text: ADDED,
          values: [TASK, claimable.map(({ run }) => run), claimable.map(({ at }) => at)],
        });
      } catch (error) {
        if (!isMissing(error)) throw error;
        isThere = false;
        await client.query("rollback to savepoint wake_ups");
        log.warn(
          { err: error },
          "graphile-worker is not there: queued runs are found by the sweep",
        );
      }
    },
    start: (woken) => (starting ??= begin(woken).finally(() => (starting = null))),
    async stop() {
      isStopped = true;
      await starting;
      isThere = false;
      await runner?.stop().catch(() => {});
    },
  };
}

/** A run that can be claimed from a time on. */
interface Claimable {
  readonly run: string;
  /** Null: now. */
  readonly at: string | null;
}

/** The runs that a job has made claimable, as far as it names them. */
function claimableAfter(job: Job, outcome: Outcome | undefined): readonly Claimable[] {
  if (outcome === undefined || !("given" in outcome)) return [];
  const { given } = outcome;
  switch (job.kind) {
    case "accept": {
      const { claimed } = given as Accepted;
      return job.runs.filter(({ id }) => !claimed.includes(id)).map(({ id }) => now(id));
    }
    case "deliver":
      return job.runs.map(({ id }) => now(id));
    case "advance":
      return (given as AdvancedRow).added.map(now);
    case "replay":
      return [now(job.run.id)];
    case "answer":
      return (given as AnswerResult).outcome === "done" ? [now(job.place.run)] : [];
    case "resume":
      return [now(job.id)];
    case "keep":
      if (job.over === null) return [];
      if ("causes" in job.over) {
        const { causes } = job.over;
        const caused = causes === null ? [] : [causes.run.id];
        return [...(given as ClaimedWrite).freed, ...caused].map(now);
      }
      return job.over.until === null ? [] : [{ run: job.claim.run, at: job.over.until }];
    default:
      return [];
  }
}

const now = (run: string): Claimable => ({ run, at: null });
