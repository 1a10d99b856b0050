// @ts-check
import { read, write } from "./statement.js";

/** @import { NoteRow } from "../queue-rows.ts" */

/** The notes of a run. @type {ReturnType<typeof read<{ run: string }, NoteRow>>} */
export const notesOf = read("select * from notes where run = @run");

/** Adds a note, unless there is one of its step and name. @type {ReturnType<typeof write<NoteRow>>} */
export const addNote = write(
  "insert into notes (run, path, name, value) values (@run, @path, @name, @value) on conflict do nothing",
);
