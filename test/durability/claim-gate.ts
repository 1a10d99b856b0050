import { Client } from "pg";
import { triedAgain } from "../support/tried-again.ts";
import { until } from "../support/until.ts";

/** A gate before each claim of a run that stands in the line. */
export interface ClaimGate {
  /**
   * Resolves when two claims wait at it; or when one does, and another instance has looked for runs meanwhile, and has found
   * none that it could claim.
   */
  crowded(): Promise<void>;
  /** Lets all pass, and is no more. */
  open(): Promise<void>;
}

const GATE = 7_345_913;

/** Sets up a gate, which is closed. @param url of the database */
export async function claimGate(url: string): Promise<ClaimGate> {
  const client = new Client(url);
  client.on("error", () => {});
  await client.connect();
  await client.query(`select pg_advisory_lock(${GATE})`);
  await client.query(`create function pass_gate() returns trigger language plpgsql as $$
    begin perform pg_advisory_xact_lock_shared(${GATE}); return new; end $$`);
  await triedAgain(() =>
    client.query(`create trigger gate before update on queue for each row
      when (old.instance is null and new.instance is not null) execute function pass_gate()`),
  );
  const ask = async <T>(sql: string): Promise<T> => {
    const { rows } = await client.query<{ answer: T }>(`select (${sql}) as answer`);
    return rows[0]!.answer;
  };
  const waiting = () =>
    ask<number>(`select count(*)::int from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`);
  // The one that waits at the gate commits nothing, so it renews no lease.
  const renewed = () => ask<string>("select max(lease_until) from instances");
  return {
    async crowded() {
      await until(async () => (await waiting()) > 0);
      const seen = new Set([await renewed()]);
      // Each renewal is followed by a claim. The claim after the first is over when the second is committed.
      await until(async () => (await waiting()) > 1 || seen.add(await renewed()).size > 2);
    },
    async open() {
      await client.query(`select pg_advisory_unlock(${GATE})`);
      await client.end();
    },
  };
}
