import { createHmac, randomUUID } from "node:crypto";
import { v4 } from "uuid";
import { DECIDED, type Decided } from "../model/decided.ts";
import type { Scope } from "../model/expression.ts";
import { remember } from "./commit.ts";
import type { RunState } from "./run-state.ts";

/**
 * A scope whose expressions have the run's time and random values.
 * @param place of the expressions in the run, the same on every attempt: a step's path, `pay.if`
 */
export const deciding = (run: RunState, scope: Scope, place: string): Scope => ({
  ...scope,
  [DECIDED]: decidedAt(run, place),
});

/** The UUIDs of a place follow from the run's seed, so that none of them needs a note. */
function decidedAt(run: RunState, place: string): Decided {
  let drawn = 0;
  return {
    now: run.start.startedAt,
    resumeUrl: (step) => run.parts.resumeUrl?.({ run: run.start.id, step, from: place }) ?? "",
    uuid: () => {
      const digest = createHmac("sha256", seedOf(run)).update(`${place} ${drawn++}`).digest();
      return v4({ random: digest.subarray(0, 16) });
    },
  };
}

/** Random, since a client may know the run's id. A run that asks for none writes none. */
const seedOf = (run: RunState): string =>
  (run.seed ??= remember(run, { path: "", round: "" }, "seed", run.parts.seed ?? randomUUID));
