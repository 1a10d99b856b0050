// @ts-check
import { STEP_FACTS, endRun } from "./history.js";
import { addNote } from "./notes.js";
import { sealed } from "./sealed.js";
import { read, write } from "./statement.js";

/** @import { EndedRow, JobHandlers, WaitRow } from "../jobs.ts" */
/** @import { NoteRow } from "../queue-rows.ts" */
/** @import { StepRow } from "../rows.ts" */
/** @import { Saying } from "../said.ts" */
/** @import { QueueTable } from "./queue.js" */

/** @type {ReturnType<typeof read<{ run: string, fence: number }, { lane: string | null }>>} */
const holds = read("select lane from queue where run = @run and fence = @fence", "wait");
/** @type {ReturnType<typeof write<StepRow>>} */
const insertStep = write(
  `insert into steps (run, place, ${STEP_FACTS.join(", ")})
   values (@run, (select coalesce(max(place), -1) + 1 from steps where run = @run),
     ${STEP_FACTS.map((name) => `@${name}`).join(", ")})`,
);
/** @type {ReturnType<typeof write<NoteRow>>} */
const changeNote = write(
  "update notes set value = @value where run = @run and path = @path and name = @name",
);
/**
 * A child that ends at this moment waits, so that it frees the parent which is about to wait for it.
 * @type {ReturnType<typeof read<{ run: string }, {}>>}
 */
const queued = read("select 1 from queue where run = @run", "wait");
// The fence is raised, so that the claim is over.
/** @type {ReturnType<typeof write<{ run: string }>>} */
const goOn = write(
  `update queue set fence = fence + 1, ready_at = accepted_at, wake_at = null, waits_for = null, instance = null
   where run = @run`,
);
/** @type {ReturnType<typeof write<{ run: string } & WaitRow>>} */
const wait = write(
  `update queue set fence = fence + 1, ready_at = null, wake_at = @until, waits_for = @child, instance = null
   where run = @run`,
);
/** @type {ReturnType<typeof read<{ run: string }, { parent: string | null }>>} */
const parentOf = read("select parent from runs where id = @run");
/** @type {ReturnType<typeof write<{ run: string }>>} */
const showWaiting = write("update runs set status = 'waiting' where id = @run");

/**
 * The run waits, and the claim is over. Gives whether it can go on at once.
 * @param {string} run
 * @param {WaitRow} row
 * @returns {Saying<boolean>}
 */
function* suspend(run, { until, child }) {
  const isOver = child !== null && (yield* queued({ run: child })).length === 0;
  yield* isOver ? goOn({ run }) : wait({ run, until, child });
  yield* showWaiting({ run });
  return isOver;
}

/**
 * @param {NoteRow} note in place of one of the same step and name
 * @param {string | null} text sealed
 * @returns {Saying<void>}
 */
function* putNote(note, text) {
  const part = `note ${note.path} ${note.name}`;
  if ((yield* addNote(note)) === 0) {
    yield* changeNote(note);
    yield* sealed.remove(note.run, part);
  }
  if (text !== null) yield* sealed.put(note.run, [{ part, text }]);
}

/**
 * The output of a run is kept for its parent, as long as that has not ended.
 * @param {string} run
 * @param {string} text
 * @returns {Saying<void>}
 */
function* keepForParent(run, text) {
  const [{ parent } = { parent: null }] = yield* parentOf({ run });
  if (parent === null || (yield* queued({ run: parent })).length === 0) return;
  yield* sealed.put(parent, [{ part: `output ${run}`, text }]);
}

/** @param {NonNullable<EndedRow["causes"]>} caused */
const sourceOf = ({ run, source }) => ({ [run.definition]: source });

/**
 * What runs come to under their claims: steps, notes, waits and ends.
 * @param {QueueTable} queue
 * @returns {JobHandlers<"keep">}
 */
export function progressJobs(queue) {
  return {
    *keep({ claim, steps, notes, over }) {
      const { run } = claim;
      const [entry] = yield* holds(claim);
      if (!entry) return { accepted: false, unblocked: false, freed: [] };
      for (const { row, sealed: text } of steps) {
        yield* insertStep(row);
        if (text !== null) yield* sealed.putStep(run, text);
      }
      for (const { row, sealed: text } of notes) yield* putNote(row, text);
      if (over === null) return { accepted: true, unblocked: false, freed: [] };
      if ("until" in over) {
        return { accepted: true, unblocked: yield* suspend(run, over), freed: [] };
      }
      yield* endRun(over.row);
      if (over.sealed !== null) yield* keepForParent(run, over.sealed);
      const freed = yield* queue.leave(run, entry.lane);
      if (over.causes !== null) yield* queue.add([over.causes.run], sourceOf(over.causes));
      const unblocked = freed.length > 0 || entry.lane !== null || over.causes !== null;
      return { accepted: true, unblocked, freed };
    },
  };
}
