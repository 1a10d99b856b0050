// @ts-check
import { STEP_FACTS, cancelRun } from "./history.js";
import { read, write } from "./statement.js";

/** @import { OperationResult } from "../../model/operations.ts" */
/** @import { JobHandlers } from "../jobs.ts" */
/** @import { KeptRunRow } from "../rows.ts" */
/** @import { Saying } from "../said.ts" */
/** @import { QueueTable } from "./queue.js" */

/** @type {ReturnType<typeof read<{ id: string }, Pick<KeptRunRow, "status" | "finished_at" | "replayed_as">>>} */
const runOf = read("select status, finished_at, replayed_as from runs where id = @id", "wait");
/** @typedef {{ wake_at: string | null, waits_for: string | null, ready_at: string | null, fence: number, lane: string | null }} Entry */
/** @type {ReturnType<typeof read<{ run: string }, Entry>>} */
const entryOf = read(
  "select wake_at, waits_for, ready_at, fence, lane from queue where run = @run",
  "wait",
);
/** @type {ReturnType<typeof write<{ run: string, now: string, as: string | null }>>} */
const dismiss = write(
  "update runs set status = 'dismissed', finished_at = coalesce(finished_at, @now), replayed_as = @as where id = @run",
);
/** @type {ReturnType<typeof write<{ run: string, of: string, path: string }>>} */
const reuse = write(
  `insert into steps (run, place, ${STEP_FACTS.join(", ")})
   select @run, place, ${STEP_FACTS.join(", ")} from steps where run = @of and path = @path`,
);
/** @type {ReturnType<typeof write<{ run: string }>>} */
const resume = write(
  "update queue set ready_at = accepted_at, wake_at = null, waits_for = null where run = @run",
);
/** @type {ReturnType<typeof write<{ run: string, now: string }>>} */
const wakeNow = write("update queue set wake_at = @now where run = @run");
/**
 * A note that holds a time to come: the run would wait for it again.
 * @type {ReturnType<typeof write<{ run: string, now: string }>>}
 */
const bringForward = write(
  `update notes set value = @now where run = @run and value > @now and value like '"____-__-__T__:__:__.___Z"'`,
);

/**
 * @param {string} id
 * @returns {Saying<OperationResult>}
 */
function* refusal(id) {
  const [run] = yield* runOf({ id });
  return run ? { outcome: "wrong state", status: run.status } : { outcome: "no such run" };
}

/** @type {OperationResult} */
const done = { outcome: "done" };

/**
 * The jobs of operators.
 * @param {QueueTable} queue
 * @returns {JobHandlers<"cancel" | "dismiss" | "replay" | "resume">}
 */
export function operatorJobs(queue) {
  return {
    *cancel({ id, now, error }) {
      const canceled = [];
      /** @type {string | null} */
      let run = id;
      while (run !== null) {
        /** @type {readonly Entry[]} */
        const [entry] = yield* entryOf({ run });
        if (!entry) break;
        yield* cancelRun({ run, now, error });
        const hasPlace = entry.fence > 0 || entry.ready_at !== null;
        yield* queue.leave(run, hasPlace ? entry.lane : null);
        canceled.push(run);
        run = entry.waits_for;
      }
      return { operated: canceled.length > 0 ? done : yield* refusal(id), canceled };
    },
    *dismiss({ id, now }) {
      const [run] = yield* runOf({ id });
      if (run?.status !== "unconfirmed") return yield* refusal(id);
      yield* dismiss({ run: id, now, as: null });
      return done;
    },
    *replay({ run, of, reused, now }, sources) {
      const [old] = yield* runOf({ id: of });
      const stands = old?.status === "unconfirmed" || old?.status === "dismissed";
      const can = stands ? old.replayed_as === null : typeof old?.finished_at === "string";
      if (!can) return yield* refusal(of);
      if (stands) yield* dismiss({ run: of, now, as: run.id });
      yield* queue.add([run], sources);
      for (const path of reused) yield* reuse({ run: run.id, of, path });
      return done;
    },
    *resume({ id, now }) {
      const [entry] = yield* entryOf({ run: id });
      if (!entry || entry.wake_at === null) return yield* refusal(id);
      const changes = yield* bringForward({ run: id, now: JSON.stringify(now) });
      // Where no time was brought forward, only the other's end can let it go on.
      if (changes === 0 && entry.waits_for !== null) return yield* refusal(id);
      // One that has no place in its lane yet enters that first.
      const entersLane = entry.lane !== null && entry.fence === 0;
      yield* entersLane ? wakeNow({ run: id, now }) : resume({ run: id });
      return done;
    },
  };
}
