// @ts-check
import { STEP_FACTS, newRun, runEnding } from "./history.js";

/** @import { JobHandlers, WaitRow } from "../jobs.ts" */
/** @import { ClaimRow, NoteRow } from "../queue-rows.ts" */
/** @import { QueuedRow, StepRow } from "../rows.ts" */
/** @import { DefinitionTable } from "./definitions.js" */
/** @import { IntentTable } from "./intents.js" */

/**
 * Queued runs that have not ended. The column `ready_at` orders the runs that can be claimed; it is null for a run that is
 * claimed, or that waits.
 * @param {import("better-sqlite3").Database} database
 * @param {DefinitionTable} definitions
 */
export function queueTable(database, definitions) {
  const insertRun = newRun(database);
  /** @type {import("better-sqlite3").Statement<QueuedRow & { fence: number, ready_at: string | null, waits_for: string | null }>} */
  const insert = database.prepare(
    `insert into queue (run, fence, accepted_at, ready_at, waits_for, depth, traceparent)
     values (@id, @fence, @accepted_at, @ready_at, @waits_for, @depth, @traceparent)`,
  );
  const isLine = database.prepare("select 1 from queue where ready_at is not null limit 1");
  const remove = database.prepare("delete from queue where run = ?");
  const removeNotes = database.prepare("delete from notes where run = ?");
  const free = database.prepare(
    `update queue set ready_at = accepted_at, wake_at = null, waits_for = null where waits_for = ?`,
  );

  return {
    /**
     * Adds those that are not there, to the line or to those that wait.
     * @param {readonly QueuedRow[]} runs
     * @param {Readonly<Record<string, string>>} sources of their definitions, by hash
     * @param {string | null} intent they wait until it is settled; null: for nothing
     * @returns {string[]} the ids of those that were added
     */
    add(runs, sources, intent = null) {
      const added = [];
      for (const run of runs) {
        definitions.keep(run.definition, sources);
        if (insertRun.run(run).changes === 0) continue;
        const ready_at = intent === null ? run.accepted_at : null;
        insert.run({ ...run, fence: 0, ready_at, waits_for: intent });
        added.push(run.id);
      }
      return added;
    },
    /**
     * Adds those that are not there, as claimed.
     * @param {readonly QueuedRow[]} runs
     * @param {Readonly<Record<string, string>>} sources of their definitions, by hash
     * @param {string} now
     * @returns {string[]} the ids of those that were added
     */
    addClaimed(runs, sources, now) {
      const added = [];
      for (const run of runs) {
        definitions.keep(run.definition, sources);
        if (insertRun.run({ ...run, status: "running", started_at: now }).changes === 0) continue;
        insert.run({ ...run, fence: 1, ready_at: null, waits_for: null });
        added.push(run.id);
      }
      return added;
    },
    /** Whether a run can be claimed. */
    hasLine: () => isLine.get() !== undefined,
    /**
     * Runs that wait for this can go on. Gives how many do.
     * @param {string} what a run, or an intent
     */
    free: (what) => free.run(what).changes,
    /**
     * A run has ended: those that wait for it can go on. Gives how many do.
     * @param {string} run
     */
    leave(run) {
      remove.run(run);
      removeNotes.run(run);
      return free.run(run).changes;
    },
  };
}

/** @typedef {ReturnType<typeof queueTable>} QueueTable */

/**
 * @param {import("better-sqlite3").Database} database
 * @param {QueueTable} queue
 * @param {IntentTable} intents
 * @returns {JobHandlers<"accept" | "claim" | "keep">}
 */
export function queueJobs(database, queue, intents) {
  /** Makes runs whose time has come claimable. */
  const wake = database.prepare(
    `update queue set ready_at = wake_at, wake_at = null, waits_for = null
     where run in (select run from queue where wake_at <= @now order by wake_at limit @most)`,
  );
  /** @type {import("better-sqlite3").Statement<{ most: number }, { run: string }>} */
  const first = database.prepare(
    "select run from queue where ready_at is not null order by ready_at, run limit @most",
  );
  const take = database.prepare(
    "update queue set fence = fence + 1, ready_at = null where run = @run",
  );
  const start = database.prepare(
    `update runs set status = 'running', started_at = iif(@first, @now, started_at) where id = @run`,
  );
  /** @type {import("better-sqlite3").Statement<{ run: string, isHeld: 0 | 1 }, ClaimRow>} */
  const claimedRun = database.prepare(
    `select runs.id, workflow, definition, started_at, attempt, request_id, parent, replay_of,
       iif(@isHeld, null, context) as context,
       fence, depth, traceparent, source
     from runs join queue on queue.run = runs.id join definitions on definitions.hash = runs.definition
     where runs.id = @run`,
  );
  /** @type {import("better-sqlite3").Statement<[string], StepRow>} */
  const stepsOf = database.prepare("select * from steps where run = ? order by place");
  /** @type {import("better-sqlite3").Statement<[string], NoteRow>} */
  const notesOf = database.prepare("select * from notes where run = ?");

  const holds = database.prepare("select 1 from queue where run = @run and fence = @fence");
  /** @type {import("better-sqlite3").Statement<StepRow>} */
  const insertStep = database.prepare(
    `insert into steps (run, place, ${STEP_FACTS.join(", ")})
     values (@run, (select coalesce(max(place), -1) + 1 from steps where run = @run),
       ${STEP_FACTS.map((name) => `@${name}`).join(", ")})`,
  );
  /** @type {import("better-sqlite3").Statement<NoteRow>} */
  const putNote = database.prepare(
    `insert into notes (run, path, name, value) values (@run, @path, @name, @value)
     on conflict (run, path, name) do update set value = excluded.value`,
  );
  const isQueued = database.prepare("select 1 from queue where run = ?");
  // The fence is raised, so that the claim is over.
  const wait = database.prepare(
    `update queue set fence = fence + 1, ready_at = iif(@ready, accepted_at, null), wake_at = @until, waits_for = @child
     where run = @run`,
  );
  const showWaiting = database.prepare("update runs set status = 'waiting' where id = ?");
  const endRun = runEnding(database);

  /**
   * The run waits, and the claim is over. Gives whether it can go on at once.
   * @param {string} run
   * @param {WaitRow} wait
   */
  const suspend = (run, { until, child }) => {
    const isOver = child !== null && !isQueued.get(child);
    wait.run({
      run,
      ready: isOver ? 1 : 0,
      until: isOver ? null : until,
      child: isOver ? null : child,
    });
    showWaiting.run(run);
    return isOver;
  };

  return {
    accept({ runs, settles, room, now }, sources) {
      if (settles) intents.settle(settles);
      if (settles && intents.isOpen(settles.intent)) {
        return { added: queue.add(runs, sources, settles.intent).length, claimed: [] };
      }
      const most = room > 0 && !queue.hasLine() ? room : 0;
      const claimed = queue.addClaimed(runs.slice(0, most), sources, now);
      const added = queue.add(runs.slice(most), sources);
      return { added: claimed.length + added.length, claimed };
    },
    claim({ most, now, held }) {
      wake.run({ most, now });
      return first.all({ most }).map(({ run }) => {
        take.run({ run });
        const row = /** @type {ClaimRow} */ (
          claimedRun.get({ run, isHeld: held.includes(run) ? 1 : 0 })
        );
        const isFirst = row.fence === 1;
        start.run({ run, now, first: isFirst ? 1 : 0 });
        const hasPast = !isFirst || row.replay_of !== null;
        return {
          ...row,
          started_at: isFirst ? now : row.started_at,
          steps: hasPast ? stepsOf.all(run) : [],
          notes: hasPast ? notesOf.all(run) : [],
        };
      });
    },
    keep({ claim, steps, notes, over }) {
      if (!holds.get(claim)) return { accepted: false, unblocked: false };
      for (const step of steps) insertStep.run(step);
      for (const note of notes) putNote.run(note);
      if (over === null) return { accepted: true, unblocked: false };
      if ("until" in over) return { accepted: true, unblocked: suspend(claim.run, over) };
      endRun.run(over);
      return { accepted: true, unblocked: queue.leave(claim.run) > 0 };
    },
  };
}
