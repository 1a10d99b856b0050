import type { Json } from "../model/json.ts";
import type { RunJournal, StepRecord } from "../model/run.ts";

/** The records of a run that is resumed: those committed before, and those committed now. */
export interface Journal {
  /** Whether no more steps may begin. */
  draining(): boolean;
  /**
   * The newest record of the step at a path; undefined where there is none that counts: it was only canceled, or a step
   * around it has begun anew since.
   */
  last(path: string): StepRecord | undefined;
  /** The step is done again: the records inside it no longer count. */
  startOver(path: string): void;
  recall(path: string, name: string): Json | undefined;
  /** Writes a note, which is recalled from now on. Resolves when it is committed. */
  note(path: string, name: string, value: Json): Promise<void>;
}

/** Reads a journal's past. */
export function readJournal(journal: RunJournal): Journal {
  const { past } = journal;
  const records = new Map<string, StepRecord>();
  const notes = new Map(past.notes.map(({ path, name, value }) => [`${path} ${name}`, value]));
  /** Paths that have records, by the paths of the steps around them. */
  const inside = new Map<string, Set<string>>();
  const startOver = (path: string) => {
    for (const inner of inside.get(path) ?? []) records.delete(inner);
    inside.delete(path);
  };
  for (const record of past.steps) {
    if (record.status === "canceled") continue;
    records.set(record.path, record);
    for (const outer of around(record.path)) {
      const inner = inside.get(outer) ?? new Set();
      inside.set(outer, inner.add(record.path));
    }
    if (!isFinal(record)) startOver(record.path);
  }
  return {
    draining: () => journal.draining?.aborted === true,
    last: (path) => records.get(path),
    startOver,
    recall: (path, name) => notes.get(`${path} ${name}`),
    note(path, name, value) {
      notes.set(`${path} ${name}`, value);
      return journal.note({ path, name, value });
    },
  };
}

/** The paths that a path begins with: `turns[2].pay` → `turns`, `turns[2]`. */
const around = (path: string): string[] =>
  [...path.matchAll(/[.[]/g)].map(({ index }) => path.slice(0, index));

/** Whether a step was done with: no other attempt of it is made. */
export const isFinal = ({ status, effects }: StepRecord): boolean =>
  status === "succeeded" || status === "failed" || status === "skipped" || effects?.final === true;
