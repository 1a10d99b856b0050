// @ts-check
import { read, write } from "./statement.js";

/** @import { Saying } from "../said.ts" */

/**
 * Until the transaction ends, nobody else changes the lane.
 * @type {ReturnType<typeof write<{ lane: string }>>}
 */
const lock = write(
  `insert into lanes (lane, held) values (@lane, 0)
   on conflict (lane) do update set held = lanes.held`,
);
/** @type {ReturnType<typeof write<{ lane: string, limit: number }>>} */
const take = write("update lanes set held = held + 1 where lane = @lane and held < @limit");
/** @type {ReturnType<typeof write<{ lane: string, places: number }>>} */
const release = write("update lanes set held = held - @places where lane = @lane");
/** @type {ReturnType<typeof write<{ lane: string }>>} */
const removeEmpty = write("delete from lanes where lane = @lane and held <= 0");
/** @type {ReturnType<typeof read<{ lane: string }, { run: string, lane_limit: number }>>} */
const firstWaiting = read(
  "select run, lane_limit from queue where waits_for = @lane order by accepted_at, run limit 1",
);
/** @type {ReturnType<typeof write<{ run: string }>>} */
const join = write("update queue set ready_at = accepted_at, waits_for = null where run = @run");

/**
 * Gives places to those that wait, in the order of acceptance, as long as there are some. Gives their runs.
 * @param {string} lane locked
 * @returns {Saying<readonly string[]>}
 */
function* fill(lane) {
  const given = [];
  for (;;) {
    const [next] = yield* firstWaiting({ lane });
    if (!next || (yield* take({ lane, limit: next.lane_limit })) === 0) return given;
    yield* join({ run: next.run });
    given.push(next.run);
  }
}

/**
 * Lanes of queued runs. A run of one waits for it, as for another run, until it has a place; it has it until it ends. What jobs
 * do to lanes is settled at the end of their transaction, lane by lane in one order: so no two instances wait for each
 * other's lanes, and none has a lane locked for long.
 */
export function laneTable() {
  /**
   * Places that were given up, by lane.
   * @type {Map<string, number>}
   */
  const touched = new Map();

  return {
    /**
     * Runs wait for it which did not before.
     * @param {string} lane
     */
    enter(lane) {
      touched.set(lane, touched.get(lane) ?? 0);
    },
    /**
     * A run that has a place gives it up.
     * @param {string} lane
     */
    leave(lane) {
      touched.set(lane, (touched.get(lane) ?? 0) + 1);
    },
    /**
     * Lets runs go on where there are places. Gives these runs.
     * @returns {Saying<readonly string[]>}
     */
    *settle() {
      const all = [...touched].toSorted(([a], [b]) => (a < b ? -1 : 1));
      touched.clear();
      const given = [];
      for (const [lane, places] of all) {
        yield* places > 0 ? release({ lane, places }) : lock({ lane });
        const runs = yield* fill(lane);
        if (runs.length === 0) yield* removeEmpty({ lane });
        given.push(...runs);
      }
      return given;
    },
    /** After a rollback nothing has happened to them. */
    forget: () => touched.clear(),
  };
}

/** @typedef {ReturnType<typeof laneTable>} LaneTable */

/**
 * Until the transaction ends, nobody else locks it.
 * @param {string} lane
 */
export const lockLane = (lane) => lock({ lane });

/**
 * Leaves nothing of the lock behind when the transaction ends, where no run has a place.
 * @param {string} lane
 */
export const unlockLane = (lane) => removeEmpty({ lane });
