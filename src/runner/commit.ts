import type { Json } from "../model/json.ts";
import type { RunState } from "./run-state.ts";
import { spendRow } from "./spending.ts";

/** Where a step makes notes: its path, and which attempts of it and of the steps around it are under way. */
export interface NotePlace {
  readonly path: string;
  /** `.1.2`: the second attempt of a step inside the first of another. */
  readonly round: string;
}

/**
 * Writes to whoever watches a run. A journal is not waited for: what is written there is committed in that order, and before
 * a step acts, it is waited for with `committed`. When it fails, the run is halted: a run without its journal may not go on.
 */
export function commit(run: RunState, write: () => void | Promise<void>): void | Promise<void> {
  if (run.halted !== null) throw run.halted;
  const lost = (error: unknown) => {
    run.halt(error as Error);
    throw error;
  };
  let written: void | Promise<void>;
  try {
    written = write()?.catch(lost);
  } catch (error) {
    return lost(error);
  }
  if (run.journal === null || written === undefined) return written;
  // It is halted already, also where nothing waits any more.
  written.catch(() => undefined);
  run.uncommitted = written;
}

/** Resolves when all that was written to the run's journal is committed. Without one, there is nothing to wait for. */
export const committed = async ({ uncommitted }: RunState): Promise<void> => {
  await uncommitted;
};

/** The earlier decision at a place; without one, a decision made now, which goes into the journal where runs are resumed. */
export function remember<T extends Json>(
  run: RunState,
  place: NotePlace,
  name: string,
  decide: () => T,
): T {
  const { journal } = run;
  if (journal === null) return decide();
  const before = recall(run, place, name);
  if (before !== undefined) return before as T;
  const value = decide();
  spendRow(run, [value], []);
  void commit(run, () => journal.note(place.path, noteName(place, name), value));
  return value;
}

/** The value remembered at a place; undefined without one. */
export const recall = ({ journal }: RunState, place: NotePlace, name: string): Json | undefined =>
  journal?.recall(place.path, noteName(place, name));

/** A later attempt decides again, so its notes have names of their own: `until@2`. */
const noteName = ({ round }: NotePlace, name: string): string =>
  /^(\.1)*$/.test(round) ? name : `${name}@${round.slice(1)}`;
