import { setTimeout as after } from "node:timers/promises";
import { constantFrom, integer, nat, record, sample } from "fast-check";
import type { Events, Trouble } from "./chaos.ts";

/** How often, over how many runs, by chance. */
export interface HowOften {
  readonly times: number;
  readonly runs: number;
  /** The same seed picks the same instances and events. */
  readonly seed: number;
}

/** One instance at a time is killed (SIGKILL) and started again, the others go on: when a record was made, a run accepted, or a step acts. */
export function kills({ times, runs, seed }: HowOften): Trouble {
  const kinds = constantFrom<keyof Events>("accepted", "made", "acted");
  const moment = record({ victim: nat(2), kind: kinds, later: integer({ min: 1, max: 20 }) });
  return async ({ instances }, events) => {
    for (const [at, { victim, kind, later }] of sample(moment, {
      seed,
      numRuns: times,
    }).entries()) {
      await events.accepted.reached(Math.floor((at * runs) / times));
      await events[kind].reached(events[kind].count() + later);
      await instances[victim]?.restart();
    }
  };
}

/** Postgres crashes and is started again, after some accepted runs each time, and a pause of some milliseconds. */
export function restarts(
  { times, runs, seed }: HowOften,
  pause: { readonly min: number; readonly max: number },
): Trouble {
  return async ({ server }, { accepted }) => {
    for (const [at, ms] of sample(integer(pause), { seed, numRuns: times }).entries()) {
      await accepted.reached(Math.floor(((at + 1) * runs) / (times + 1)));
      await after(ms);
      await server.restart();
    }
  };
}

/** One instance at a time stands still for three leases, and then goes on. @param lease milliseconds */
export function standstills({ times, runs, seed }: HowOften, lease: number): Trouble {
  const moment = record({ victim: nat(2), later: integer({ min: 1, max: 20 }) });
  return async ({ instances }, { accepted, acted }) => {
    for (const [at, { victim, later }] of sample(moment, { seed, numRuns: times }).entries()) {
      await accepted.reached(Math.floor((at * runs) / times));
      await acted.reached(acted.count() + later);
      const gateway = await instances[victim]!.gateway();
      gateway.pause();
      try {
        await after(3 * lease);
      } finally {
        gateway.goOn();
      }
    }
  };
}

/** Of the statements that go to Postgres, one in a hundred or so has its connection cut: before it arrives, or once it is answered. */
export function cuts({ runs, seed }: Pick<HowOften, "runs" | "seed">): Trouble {
  return async ({ instances }, { accepted }) => {
    const gaps = sample(integer({ min: 1, max: 199 }), { seed, numRuns: 100_000 }).values();
    for (const { wire } of instances) wire.cutAfter(gaps);
    try {
      await accepted.reached(runs);
    } finally {
      for (const { wire } of instances) wire.cutAfter(null);
    }
  };
}
