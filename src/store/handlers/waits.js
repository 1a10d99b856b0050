// @ts-check
import { addNote, notesOf } from "./notes.js";
import { sealed } from "./sealed.js";
import { read, write } from "./statement.js";

/** @import { WaitQuestion } from "../../model/wait-answer.ts" */
/** @import { AnswerResult, JobHandlers } from "../jobs.ts" */
/** @import { NoteRow } from "../queue-rows.ts" */
/** @import { KeptRunRow, StepRow } from "../rows.ts" */

/** @type {ReturnType<typeof read<{ run: string }, { wake_at: string | null }>>} */
const entryOf = read("select wake_at from queue where run = @run", "wait");
/** @type {ReturnType<typeof read<{ run: string }, Pick<KeptRunRow, "status">>>} */
const statusOf = read("select status from runs where id = @run");
/** @type {ReturnType<typeof read<{ run: string }, Pick<StepRow, "path" | "result">>>} */
const waitsOf = read(
  "select path, result from steps where run = @run and type = 'wait' and status <> 'skipped' order by place desc",
);
/** @type {ReturnType<typeof write<{ run: string }>>} */
const free = write(
  "update queue set ready_at = accepted_at, wake_at = null, waits_for = null where run = @run",
);

/**
 * The job of whoever answers a step `wait`. The answer is a note of the step; it frees the run in the same transaction.
 * @type {JobHandlers<"answer">}
 */
export const waitJobs = {
  *answer({ place, given, now }) {
    const { run } = place;
    const [entry] = yield* entryOf({ run });
    const [row] = yield* statusOf({ run });
    if (!row) return { outcome: "no such run" };
    const ended = (yield* waitsOf({ run })).find(({ path }) => isMeant(path, place));
    if (!entry) return ended ? cameOf(ended) : { outcome: "ended", status: row.status };
    const notes = (yield* notesOf({ run })).filter(({ path }) => isMeant(path, place));
    notes.sort(byPath);
    const answers = notes.filter(({ name }) => isNamed(name, "answer"));
    const open = notes.filter(
      (note) =>
        isNamed(note.name, "asked") &&
        !answers.some(({ path, name }) => path === note.path && name === answerTo(note.name)),
    );
    const waiting = entry.wake_at === null ? [] : open;
    if (place.step === null && waiting.length > 1) {
      return { outcome: "several", steps: waiting.map(({ path }) => path) };
    }
    const [asked] = waiting;
    if (!asked) {
      if (ended) return cameOf(ended);
      if (answers[0]) return { outcome: "answered", answer: answers[0].value };
      // The run is at work again, since the time is over.
      if (open.some((note) => isOver(questionIn(note), now))) return { outcome: "expired" };
      return { outcome: place.step === null ? "not asked" : "not yet" };
    }
    const question = questionIn(asked);
    if (isOver(question, now)) return { outcome: "expired" };
    const note = { path: asked.path, name: answerTo(asked.name) };
    if (given === null) return { outcome: "asked", question, note };
    const { choices } = question;
    if (choices !== null && !(given.choice !== null && choices.includes(given.choice))) {
      return { outcome: "bad choice", choices };
    }
    const { sealed: hidden } = given;
    if (hidden !== null) {
      // Another answer has come since it was sealed: this one is for the next step that waits.
      if (hidden.path !== note.path || hidden.name !== note.name)
        return { outcome: "asked", question, note };
      yield* sealed.put(run, [{ part: `note ${note.path} ${note.name}`, text: hidden.text }]);
    }
    yield* addNote({ run, ...note, value: given.value });
    yield* free({ run });
    return { outcome: "done" };
  },
};

/** @param {Pick<NoteRow, "value">} note @returns {WaitQuestion} */
const questionIn = ({ value }) => JSON.parse(value);

/** @param {WaitQuestion} question @param {string} now */
const isOver = ({ until }, now) => until !== null && until <= now;

/**
 * How a step that is over came out. Without an answer, its time was over.
 * @param {Pick<StepRow, "result">} step
 * @returns {AnswerResult}
 */
function cameOf({ result }) {
  const isAnswered = JSON.parse(result ?? "null")?.at;
  return isAnswered ? { outcome: "answered", answer: result } : { outcome: "expired" };
}

/** The same on both databases. @param {NoteRow} a @param {NoteRow} b */
const byPath = (a, b) => (a.path < b.path || (a.path === b.path && a.name < b.name) ? -1 : 1);

/** A later attempt has notes of its own: `asked@2`. @param {string} note @param {string} name */
const isNamed = (note, name) => note === name || note.startsWith(`${name}@`);

/** @param {string} asked */
const answerTo = (asked) => asked.replace("asked", "answer");

/**
 * Whether a path is that of the step, in the turns of loops that the link was made in.
 * @param {string} path
 * @param {import("../../model/wait-answer.ts").WaitPlace} place
 */
function isMeant(path, { step, from }) {
  if (step !== null && path !== step && !path.endsWith(`.${step}`)) return false;
  return from === null || turnsOf(path).every((turn) => `${from}.`.startsWith(turn));
}

/** The turns of loops in a path: `all[2].check.then.ask` → `["all[2]."]`. @param {string} path */
const turnsOf = (path) =>
  [...path.matchAll(/([^.[]+)\[\d+\]\./g)].flatMap((found) =>
    found[1] === "cases" || found[1] === "branches"
      ? []
      : path.slice(0, found.index + found[0].length),
  );
