// @ts-check
import { STEP_FACTS, newRun, runEnding } from "./history.js";

/** @import { JobHandlers, ClaimRef, ClaimedWrite } from "../jobs.ts" */
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
  /** @type {import("better-sqlite3").Statement<QueuedRow & { waits_for: string | null }>} */
  const insert = database.prepare(
    `insert into queue (run, fence, accepted_at, ready_at, waits_for, depth, traceparent)
     values (@id, 0, @accepted_at, iif(@waits_for is null, @accepted_at, null), @waits_for, @depth, @traceparent)`,
  );
  const remove = database.prepare("delete from queue where run = ?");
  const removeNotes = database.prepare("delete from notes where run = ?");
  const free = database.prepare(
    `update queue set ready_at = accepted_at, wake_at = null, waits_for = null where waits_for = ?`,
  );

  return {
    /**
     * Adds those that are not there. Gives how many.
     * @param {readonly QueuedRow[]} runs
     * @param {ReadonlyMap<string, string>} sources of their definitions, by hash
     * @param {string | null} intent they wait until it is settled; null: for nothing
     */
    add(runs, sources, intent = null) {
      let added = 0;
      for (const run of runs) {
        definitions.keep(run.definition, sources);
        if (insertRun.run(run).changes === 0) continue;
        insert.run({ ...run, waits_for: intent });
        added++;
      }
      return added;
    },
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
 * @returns {JobHandlers<"accept" | "claim" | "step" | "note" | "wait" | "complete">}
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
  /** @type {import("better-sqlite3").Statement<[string], ClaimRow>} */
  const claimed = database.prepare(
    `select runs.id, workflow, definition, started_at, attempt, request_id, parent, replay_of, context,
       fence, depth, traceparent, source
     from runs join queue on queue.run = runs.id join definitions on definitions.hash = runs.definition
     where runs.id = ?`,
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
   * Does something if the claim is still the newest.
   * @param {ClaimRef} claim
   * @param {() => number} write gives how many runs can go on by it
   * @returns {ClaimedWrite}
   */
  const under = (claim, write) =>
    holds.get(claim)
      ? { accepted: true, unblocked: write() > 0 }
      : { accepted: false, unblocked: false };

  return {
    accept({ runs, settles }, sources) {
      if (settles) intents.settle(settles);
      return queue.add(
        runs,
        sources,
        settles && intents.isOpen(settles.intent) ? settles.intent : null,
      );
    },
    claim({ most, now }) {
      wake.run({ most, now });
      return first.all({ most }).map(({ run }) => {
        take.run({ run });
        const row = /** @type {ClaimRow} */ (claimed.get(run));
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
    step: ({ claim, step }) => under(claim, () => (insertStep.run(step), 0)),
    note: ({ claim, note }) => under(claim, () => (putNote.run(note), 0)),
    wait: ({ claim, until, child }) =>
      under(claim, () => {
        const over = child !== null && !isQueued.get(child);
        const { run } = claim;
        wait.run({
          run,
          ready: over ? 1 : 0,
          until: over ? null : until,
          child: over ? null : child,
        });
        showWaiting.run(run);
        return over ? 1 : 0;
      }),
    complete: ({ claim, end }) =>
      under(claim, () => {
        endRun.run(end);
        return queue.leave(claim.run);
      }),
  };
}
