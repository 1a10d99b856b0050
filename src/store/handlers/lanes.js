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
/** @type {ReturnType<typeof write<{ lane: string }>>} */
const release = write("update lanes set held = held - 1 where lane = @lane");
/** @type {ReturnType<typeof write<{ lane: string }>>} */
const removeEmpty = write("delete from lanes where lane = @lane and held <= 0");
/** @type {ReturnType<typeof read<{ lane: string }, { run: string, lane_limit: number }>>} */
const firstWaiting = read(
  "select run, lane_limit from queue where waits_for = @lane order by accepted_at, run limit 1",
);
/** @type {ReturnType<typeof write<{ run: string }>>} */
const join = write("update queue set ready_at = accepted_at, waits_for = null where run = @run");

/**
 * Gives places to those that wait, in the order of acceptance, as long as there are some. Gives how many it gave.
 * @param {string} lane locked
 * @returns {Saying<number>}
 */
function* fill(lane) {
  let given = 0;
  for (;;) {
    const [next] = yield* firstWaiting({ lane });
    if (!next || (yield* take({ lane, limit: next.lane_limit })) === 0) return given;
    yield* join({ run: next.run });
    given++;
  }
}

/**
 * Lanes of queued runs. A run of one waits for it, as for another run, until it has a place; it has it until it ends.
 */
export const lanes = {
  /**
   * Until the transaction ends, nobody else locks it.
   * @param {string} lane
   */
  lock: (lane) => lock({ lane }),
  /**
   * Leaves nothing of the lock behind when the transaction ends, where no run has a place.
   * @param {string} lane
   */
  unlock: (lane) => removeEmpty({ lane }),
  /**
   * Runs wait for it which did not before. Gives how many go on at once.
   * @param {string} lane
   * @returns {Saying<number>}
   */
  *enter(lane) {
    yield* lock({ lane });
    return yield* fill(lane);
  },
  /**
   * A run that has a place gives it up. Gives how many go on.
   * @param {string} lane
   * @returns {Saying<number>}
   */
  *leave(lane) {
    yield* release({ lane });
    const given = yield* fill(lane);
    if (given === 0) yield* removeEmpty({ lane });
    return given;
  },
};
