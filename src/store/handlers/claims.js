// @ts-check
import { notesOf } from "./notes.js";
import { sealed } from "./sealed.js";
import { read, write } from "./statement.js";

/** @import { JobHandlers } from "../jobs.ts" */
/** @import { LaneTable } from "./lanes.js" */
/** @import { ClaimRow } from "../queue-rows.ts" */
/** @import { StepRow } from "../rows.ts" */

/**
 * Makes runs whose time has come claimable. The outer condition counts where two processes do so at once.
 * @type {ReturnType<typeof write<{ now: string, most: number }>>}
 */
const wake = write(
  `update queue set ready_at = wake_at, wake_at = null, waits_for = null
   where wake_at <= @now and run in (select run from queue where wake_at <= @now order by wake_at limit @most)`,
);
/**
 * Runs whose time has come, and which have no place in their lane yet.
 * @type {ReturnType<typeof read<{ now: string }, { run: string, lane: string }>>}
 */
const awakeForLane = read(
  "select run, lane from queue where wake_at <= @now and fence = 0 and lane is not null order by wake_at",
  "skip",
);
/** @type {ReturnType<typeof write<{ run: string }>>} */
const waitForLane = write("update queue set wake_at = null, waits_for = lane where run = @run");
/** @type {ReturnType<typeof read<{ most: number }, { run: string }>>} */
const first = read(
  "select run from queue where ready_at is not null order by ready_at, run limit @most",
  "skip",
);
/** @type {ReturnType<typeof write<{ run: string, instance: string }>>} */
const take = write(
  "update queue set fence = fence + 1, ready_at = null, instance = @instance where run = @run",
);
/** @type {ReturnType<typeof write<{ run: string }>>} */
const start = write("update runs set status = 'running' where id = @run");
/** @type {ReturnType<typeof write<{ run: string, now: string }>>} */
const startFirst = write("update runs set status = 'running', started_at = @now where id = @run");
const CLAIM = `select runs.id, workflow, definition, started_at, attempt, request_id, parent, replay_of,
     fence, depth, traceparent, source, exists (select 1 from sealed where sealed.run = runs.id) as has_sealed, CONTEXT
   from runs join queue on queue.run = runs.id join definitions on definitions.hash = runs.definition
   where runs.id = @run`;
/** @typedef {ClaimRow & { has_sealed: number | boolean }} ClaimedRow */

/** @type {ReturnType<typeof read<{ run: string }, ClaimedRow>>} */
const claimedRun = read(CLAIM.replace("CONTEXT", "context"));
/** @type {ReturnType<typeof read<{ run: string }, ClaimedRow>>} */
const claimedHeldRun = read(CLAIM.replace("CONTEXT", "null as context"));
/** @type {ReturnType<typeof read<{ run: string, from: number }, StepRow>>} */
const stepsOf = read("select * from steps where run = @run and place >= @from order by place");

/**
 * Claims of runs that can go on.
 * @param {string} instance that claims
 * @param {LaneTable} lanes
 * @returns {JobHandlers<"claim">}
 */
export function claimJobs(instance, lanes) {
  return {
    *claim({ most, now, held }) {
      const awake = yield* awakeForLane({ now });
      for (const { run, lane } of awake) {
        yield* waitForLane({ run });
        lanes.enter(lane);
      }
      if (awake.length > 0) yield* lanes.settle();
      yield* wake({ most, now });
      const claims = [];
      for (const { run } of yield* first({ most })) {
        yield* take({ run, instance });
        const [row] = yield* run in held ? claimedHeldRun({ run }) : claimedRun({ run });
        if (row === undefined) continue;
        const isFirst = row.fence === 1;
        yield* isFirst ? startFirst({ run, now }) : start({ run });
        const hasPast = !isFirst || row.replay_of !== null;
        claims.push({
          ...row,
          started_at: isFirst ? now : row.started_at,
          steps: hasPast ? yield* stepsOf({ run, from: held[run] ?? 0 }) : [],
          notes: hasPast ? yield* notesOf({ run }) : [],
          sealed: row.has_sealed ? yield* sealed.of(run, held[run]) : [],
        });
      }
      return claims;
    },
  };
}
