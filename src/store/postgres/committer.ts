import { setTimeout as sleep } from "node:timers/promises";
import type { Pool, PoolClient } from "pg";
import { handlers } from "../handlers/index.js";
import type { Job, JobsOrder, Outcome } from "../jobs.ts";
import type { Committer } from "../writer.ts";
import { TRIES } from "./conflict.ts";
import { faultOf, isFollowing } from "./fault.ts";
import { besideEachOther } from "./independent.ts";
import { type LeaseTimes, databaseTime } from "./presence.ts";
import type { Saying } from "../said.ts";
import { queryOf } from "./statement.ts";
import type { WakeUps } from "./wake-ups.ts";

/** The parts of the committer. */
interface CommitterParts {
  /** Of one connection, which is made again when it is lost. */
  readonly pool: Pool;
  /** Of other connections. */
  readonly asking: Pool;
  /** Makes the id of an instance. */
  readonly newInstance: () => string;
  readonly lease: LeaseTimes;
  readonly wakeUps: Pick<WakeUps, "add">;
}

/** How long it is asked what became of a commit whose answer was lost, in milliseconds. */
const DOUBT = 5_000;

/** The connection was lost while it committed, and Postgres can't be asked what came of it. */
class CommitUnknown extends Error {
  override readonly name = "CommitUnknown";
}

/** Commits jobs to Postgres: an order is a transaction, its jobs one after another. */
export function postgresCommitter(parts: CommitterParts): Committer {
  const { pool, asking, newInstance, lease, wakeUps } = parts;
  let { perform, settle, doubt } = handlers(newInstance());
  /** Others take what an instance without a lease has begun. */
  let hasLease = false;

  const performed = async (client: PoolClient, job: Job, sources: JobsOrder["definitions"]) =>
    saidAll(client, perform(job, sources));
  const together: Way = async (client, { jobs, definitions }) => {
    const outcomes: Outcome[] = [];
    for (const beside of besideEachOther(jobs)) {
      const done = await Promise.allSettled(
        beside.map((job) => performed(client, job, definitions)),
      );
      const reasons = done.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
      if (reasons.length > 0) throw reasons.find((reason) => !isFollowing(reason)) ?? reasons[0];
      outcomes.push(...done.flatMap((one) => ("value" in one ? [{ given: one.value }] : [])));
    }
    return { outcomes, freed: await saidAll(client, settle()) };
  };
  /** Where one of them is bad: each is done or taken back by itself. */
  const apart: Way = async (client, { jobs, definitions }) => {
    const outcomes: Outcome[] = [];
    const freed: string[] = [];
    for (const job of jobs) {
      await client.query("savepoint job");
      try {
        outcomes.push({ given: await performed(client, job, definitions) });
        freed.push(...(await saidAll(client, settle())));
      } catch (error) {
        if (faultOf(error) !== "job") throw error;
        await client.query("rollback to savepoint job");
        doubt();
        outcomes.push({ error: (error as Error).message, fault: "job" });
      }
    }
    return { outcomes, freed };
  };
  const takeLease = async (client: PoolClient) => {
    const now = await databaseTime(client);
    const until = new Date(now.getTime() + lease.duration).toISOString();
    const job = { kind: "recover", now: now.toISOString(), until, gone: "none" } as const;
    await performed(client, job, {});
  };
  /** All that a transaction says before it is committed. */
  const done = async (client: PoolClient, way: Way, order: JobsOrder) => {
    if (!hasLease) await takeLease(client);
    const { outcomes, freed } = await way(client, order);
    await wakeUps.add(client, order.jobs, outcomes, freed);
    return outcomes;
  };
  const transaction = async (way: Way, order: JobsOrder): Promise<readonly Outcome[]> => {
    const client = await pool.connect();
    let isBroken = false;
    const broken = () => void (isBroken = true);
    client.on("error", broken);
    try {
      const xid = await begin(client);
      const outcomes = await done(client, way, order).catch(async (error: unknown) => {
        await client.query("rollback").catch(broken);
        throw error;
      });
      try {
        await client.query("commit");
      } catch (error) {
        broken();
        if (!(await wasCommitted(asking, xid))) throw error;
      }
      hasLease = true;
      return outcomes;
    } finally {
      client.off("error", broken);
      client.release(isBroken);
    }
  };

  return {
    async commit(order) {
      let way = together;
      for (let tries = 1; ; tries++) {
        try {
          return await transaction(way, order);
        } catch (error) {
          doubt();
          // What it may have claimed is nobody's work: its lease is left to end, and others do it.
          if (error instanceof CommitUnknown) {
            ({ perform, settle, doubt } = handlers(newInstance()));
            hasLease = false;
          }
          const fault = faultOf(error);
          if (fault === "conflict" && tries < TRIES) continue;
          if (fault !== "store" && way === together && order.jobs.length > 1) {
            way = apart;
            continue;
          }
          const outcome = { error: messageOf(error), fault: fault === "job" ? "job" : "store" };
          return order.jobs.map(() => outcome as Outcome);
        }
      }
    },
    isLost: () => false,
    close: () => pool.end(),
  };
}

/** Says all that a handler says, statement after statement. */
async function saidAll<T>(client: PoolClient, saying: Saying<T>): Promise<T> {
  let next = saying.next();
  while (!next.done) {
    const { rows, rowCount } = await client.query(queryOf(next.value));
    next = saying.next({ rows, changes: rowCount ?? 0 });
  }
  return next.value;
}

/** What jobs came to, and the runs for which there is room now in their lanes: ids. */
interface Came {
  readonly outcomes: readonly Outcome[];
  readonly freed: readonly string[];
}

type Way = (client: PoolClient, order: JobsOrder) => Promise<Came>;

/** Begins a transaction, and gives its id. */
async function begin(client: PoolClient): Promise<string> {
  // Two statements in one message: node-postgres gives a list then.
  const results = (await client.query(
    "begin; select pg_current_xact_id()::text as xid",
  )) as unknown as readonly { readonly rows: readonly { readonly xid: string }[] }[];
  return results[1]?.rows[0]?.xid ?? "0";
}

/**
 * Whether a transaction was committed whose connection was lost meanwhile.
 * @throws {CommitUnknown} when Postgres can't be asked
 * @see https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-PG-SNAPSHOT
 */
async function wasCommitted(pool: Pool, xid: string): Promise<boolean> {
  const end = performance.now() + DOUBT;
  while (performance.now() < end) {
    const status = await statusOf(pool, xid).catch(() => "unreachable");
    if (status === "committed") return true;
    if (status === "aborted") return false;
    await sleep(50);
  }
  throw new CommitUnknown("The connection was lost while it committed");
}

async function statusOf(pool: Pool, xid: string): Promise<string> {
  const question = {
    text: "select pg_xact_status($1::xid8) as status",
    values: [xid],
    query_timeout: 1_000,
  };
  const { rows } = await pool.query<{ status: string }>(question);
  return rows[0]?.status ?? "aborted";
}

/** A message of an `AggregateError` is empty. */
const messageOf = (error: unknown): string => {
  const { message, code } = error as { message?: string; code?: string };
  return (message || code) ?? String(error);
};
