// @ts-check
import { takePlaces } from "./debounce.js";
import { insertNewRun } from "./history.js";
import { isGone } from "./instances.js";
import { sealed } from "./sealed.js";
import { read, write } from "./statement.js";

/** @import { JobHandlers } from "../jobs.ts" */
/** @import { QueuedRow } from "../rows.ts" */
/** @import { Saying } from "../said.ts" */
/** @import { DefinitionTable } from "./definitions.js" */
/** @import { IntentTable } from "./intents.js" */
/** @import { LaneTable } from "./lanes.js" */

/** @typedef {QueuedRow & { fence: number, ready_at: string | null, waits_for: string | null, instance: string | null }} EntryRow */

/** @type {ReturnType<typeof write<EntryRow>>} */
const insert = write(
  `insert into queue (run, fence, accepted_at, ready_at, wake_at, waits_for, depth, traceparent, instance, lane, lane_limit, debounce)
   values (@id, @fence, @accepted_at, @ready_at, @wake_at, @waits_for, @depth, @traceparent, @instance, @lane, @lane_limit, @debounce)`,
);
/** @type {ReturnType<typeof read<{}, {}>>} */
const line = read("select 1 from queue where ready_at is not null limit 1");
/** @type {ReturnType<typeof write<{ run: string }>>} */
const remove = write("delete from queue where run = @run");
/** @type {ReturnType<typeof write<{ run: string }>>} */
const removeNotes = write("delete from notes where run = @run");
/** @type {ReturnType<typeof read<{ what: string }, { run: string }>>} */
const free = read(
  "update queue set ready_at = accepted_at, wake_at = null, waits_for = null where waits_for = @what returning run",
);
/** @type {ReturnType<typeof read<{ intent: string }, { lane: string }>>} */
const lanesBehind = read(
  "select distinct lane from queue where waits_for = @intent and lane is not null",
);
/** @type {ReturnType<typeof write<{ intent: string }>>} */
const waitForLane = write(
  "update queue set waits_for = lane where waits_for = @intent and lane is not null",
);

/** @type {ReturnType<typeof read<{ now: string }, { run: string }>>} */
const abandoned = read(
  `select run from queue where instance is not null and ${isGone("queue.instance")}`,
  "skip",
);
// The fence is raised, so that an instance which comes back writes nothing.
/** @type {ReturnType<typeof write<{ run: string }>>} */
const giveBack = write(
  "update queue set fence = fence + 1, ready_at = accepted_at, instance = null where run = @run",
);
/** @type {ReturnType<typeof write<{ run: string }>>} */
const countDeath = write(
  "update runs set status = 'queued', attempt = attempt + 1 where id = @run",
);

/**
 * Queued runs that have not ended. The column `ready_at` orders the runs that can be claimed; it is null for a run that is
 * claimed, or that waits.
 * @param {DefinitionTable} definitions
 * @param {LaneTable} lanes
 * @param {string} instance that claims
 */
export function queueTable(definitions, lanes, instance) {
  /**
   * @param {QueuedRow} run
   * @param {string | null} intent
   */
  function* addReady(run, intent) {
    const waits_for = intent ?? run.lane;
    const ready_at = waits_for === null ? run.accepted_at : null;
    yield* insert({ ...run, fence: 0, ready_at, waits_for, instance: null });
    if (intent === null && run.lane !== null) lanes.enter(run.lane);
  }

  /**
   * It waits for its time alone: what else it would wait for is over by then.
   * @param {QueuedRow} run
   * @param {string} key
   */
  function* addDebounced(run, key) {
    yield* takePlaces(run, key, (replaced) => leave(replaced, null));
    yield* insert({ ...run, fence: 0, ready_at: null, waits_for: null, instance: null });
  }

  /**
   * A run has ended: those that wait for it can go on. Gives these; those of its lane go on at the end of the transaction.
   * @param {string} run
   * @param {string | null} lane in which it had a place
   * @returns {Saying<readonly string[]>}
   */
  function* leave(run, lane) {
    yield* remove({ run });
    yield* removeNotes({ run });
    if (lane !== null) lanes.leave(lane);
    return (yield* free({ what: run })).map((freed) => freed.run);
  }

  return {
    leave,
    /**
     * Adds those that are not there, to the line or to those that wait.
     * @param {readonly QueuedRow[]} runs
     * @param {Readonly<Record<string, string>>} sources of their definitions, by hash
     * @param {string | null} intent they wait until it is settled; null: for nothing
     * @returns {Saying<string[]>} the ids of those that were added
     */
    *add(runs, sources, intent = null) {
      const added = [];
      for (const run of runs) {
        yield* definitions.keep(run.definition, sources);
        if ((yield* insertNewRun(run)) === 0) continue;
        if (run.debounce === null) yield* addReady(run, intent);
        else yield* addDebounced(run, run.debounce);
        yield* sealed.put(run.id, run.sealed);
        added.push(run.id);
      }
      return added;
    },
    /**
     * Adds those that are not there, as claimed.
     * @param {readonly QueuedRow[]} runs none of which has a lane or is debounced
     * @param {Readonly<Record<string, string>>} sources of their definitions, by hash
     * @param {string} now
     * @returns {Saying<string[]>} the ids of those that were added
     */
    *addClaimed(runs, sources, now) {
      const added = [];
      for (const run of runs) {
        yield* definitions.keep(run.definition, sources);
        if ((yield* insertNewRun({ ...run, status: "running", started_at: now })) === 0) continue;
        yield* insert({ ...run, fence: 1, ready_at: null, waits_for: null, instance });
        yield* sealed.put(run.id, run.sealed);
        added.push(run.id);
      }
      return added;
    },
    /**
     * Runs that instances had claimed which are gone can be claimed again. Gives how many.
     * @param {string} now
     * @returns {Saying<number>}
     */
    *takeBack(now) {
      const left = yield* abandoned({ now });
      for (const { run } of left) {
        yield* giveBack({ run });
        yield* countDeath({ run });
      }
      return left.length;
    },
    /**
     * Whether a run can be claimed.
     * @returns {Saying<boolean>}
     */
    *hasLine() {
      return (yield* line({})).length > 0;
    },
    /**
     * Runs that wait for an intent can go on. Gives how many may; those that have a lane may have to wait for that then.
     * @param {string} intent
     * @returns {Saying<number>}
     */
    *free(intent) {
      const behind = yield* lanesBehind({ intent });
      if (behind.length > 0) yield* waitForLane({ intent });
      for (const { lane } of behind) lanes.enter(lane);
      return behind.length + (yield* free({ what: intent })).length;
    },
  };
}

/** @typedef {ReturnType<typeof queueTable>} QueueTable */

/**
 * @param {QueueTable} queue
 * @param {IntentTable} intents
 * @returns {JobHandlers<"accept">}
 */
export function queueJobs(queue, intents) {
  return {
    *accept({ runs, settles, room, now }, sources) {
      if (settles) yield* intents.settle(settles);
      if (settles && (yield* intents.isOpen(settles.intent))) {
        return { added: (yield* queue.add(runs, sources, settles.intent)).length, claimed: [] };
      }
      const most = room > 0 && !(yield* queue.hasLine()) ? room : 0;
      const other = runs.findIndex(({ lane, debounce }) => lane !== null || debounce !== null);
      const count = other === -1 ? most : Math.min(most, other);
      const claimed = yield* queue.addClaimed(runs.slice(0, count), sources, now);
      const added = yield* queue.add(runs.slice(count), sources);
      return { added: claimed.length + added.length, claimed };
    },
  };
}
