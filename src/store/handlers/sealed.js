// @ts-check
import { read, write } from "./statement.js";

/** @import { SealedRow } from "../rows.ts" */
/** @import { Saying } from "../said.ts" */

/** @type {ReturnType<typeof write<SealedRow & { run: string }>>} */
const put = write(
  `insert into sealed (run, part, text) values (@run, @part, @text)
   on conflict (run, part) do update set text = excluded.text`,
);
/**
 * Of the step that was written last.
 * @type {ReturnType<typeof write<{ run: string, text: string }>>}
 */
const putStep = write(
  `insert into sealed (run, part, place, text)
   select run, 'step ' || max(place), max(place), @text from steps where run = @run group by run`,
);
/** @type {ReturnType<typeof write<{ run: string, part: string }>>} */
const remove = write("delete from sealed where run = @run and part = @part");
// The output of a child is read by whoever asks how it ended.
/** @type {ReturnType<typeof read<{ run: string }, SealedRow>>} */
const all = read("select part, text from sealed where run = @run and part not like 'output %'");
/** @type {ReturnType<typeof read<{ run: string, from: number }, SealedRow>>} */
const since = read(
  `select part, text from sealed
   where run = @run and part not like 'output %' and part <> 'trigger' and (place is null or place >= @from)`,
);

/** What queued runs need sealed. It goes with their rows in `queue`. */
export const sealed = {
  /**
   * @param {string} run
   * @param {readonly SealedRow[]} rows
   * @returns {Saying<void>}
   */
  *put(run, rows) {
    for (const row of rows) yield* put({ run, ...row });
  },
  /**
   * Of the step that was written last.
   * @param {string} run
   * @param {string} text
   */
  putStep: (run, text) => putStep({ run, text }),
  /**
   * @param {string} run
   * @param {string} part
   */
  remove: (run, part) => remove({ run, part }),
  /**
   * @param {string} run
   * @param {number | undefined} from the place of the first step whose row is not known yet; undefined: nothing is known
   */
  of: (run, from) => (from === undefined ? all({ run }) : since({ run, from })),
};
