// @ts-check
import { STEP_FACTS } from "./history.js";

/** @import { OperationResult } from "../../model/operations.ts" */
/** @import { JobHandlers } from "../jobs.ts" */
/** @import { KeptRunRow } from "../rows.ts" */
/** @import { QueueTable } from "./queue.js" */

/**
 * The jobs of operators.
 * @param {import("better-sqlite3").Database} database
 * @param {QueueTable} queue
 * @returns {JobHandlers<"cancel" | "dismiss" | "replay" | "resume">}
 */
export function operatorJobs(database, queue) {
  /** @type {import("better-sqlite3").Statement<[string], Pick<KeptRunRow, "status" | "finished_at" | "replayed_as">>} */
  const runOf = database.prepare("select status, finished_at, replayed_as from runs where id = ?");
  /** @type {import("better-sqlite3").Statement<[string], { wake_at: string | null, waits_for: string | null }>} */
  const entryOf = database.prepare("select wake_at, waits_for from queue where run = ?");
  const cancel = database.prepare(
    "update runs set status = 'canceled', finished_at = @now, error = @error where id = @run",
  );
  const dismiss = database.prepare(
    `update runs set status = 'dismissed', finished_at = coalesce(finished_at, @now), replayed_as = @as where id = @run`,
  );
  const reuse = database.prepare(
    `insert into steps (run, place, ${STEP_FACTS.join(", ")})
     select @run, place, ${STEP_FACTS.join(", ")} from steps
     where run = @of and path in (select value from json_each(@reused))`,
  );
  const resume = database.prepare(
    "update queue set ready_at = accepted_at, wake_at = null, waits_for = null where run = ?",
  );
  /** A note that holds a time to come: the run would wait for it again. */
  const bringForward = database.prepare(
    `update notes set value = @now where run = @run and value > @now and value like '"____-__-__T__:__:__.___Z"'`,
  );

  /**
   * @param {string} id
   * @returns {OperationResult}
   */
  const refusal = (id) => {
    const run = runOf.get(id);
    return run ? { outcome: "wrong state", status: run.status } : { outcome: "no such run" };
  };
  /** @type {OperationResult} */
  const done = { outcome: "done" };

  return {
    cancel({ id, now, error }) {
      const canceled = [];
      /** @type {string | null} */
      let run = id;
      while (run !== null) {
        const entry = entryOf.get(run);
        if (!entry) break;
        cancel.run({ run, now, error });
        queue.leave(run);
        canceled.push(run);
        run = entry.waits_for;
      }
      return { operated: canceled.length > 0 ? done : refusal(id), canceled };
    },
    dismiss({ id, now }) {
      if (runOf.get(id)?.status !== "unconfirmed") return refusal(id);
      dismiss.run({ run: id, now, as: null });
      return done;
    },
    replay({ run, of, reused, now }, sources) {
      const old = runOf.get(of);
      const stands = old?.status === "unconfirmed" || old?.status === "dismissed";
      const can = stands ? old.replayed_as === null : typeof old?.finished_at === "string";
      if (!can) return refusal(of);
      if (stands) dismiss.run({ run: of, now, as: run.id });
      queue.add([run], sources);
      reuse.run({ run: run.id, of, reused });
      return done;
    },
    resume({ id, now }) {
      const entry = entryOf.get(id);
      if (!entry || entry.wake_at === null) return refusal(id);
      const { changes } = bringForward.run({ run: id, now: JSON.stringify(now) });
      // Where no time was brought forward, only the other's end can let it go on.
      if (changes === 0 && entry.waits_for !== null) return refusal(id);
      resume.run(id);
      return done;
    },
  };
}
