import type { StepRecord, StepStatus } from "../api/answers.ts";

/** How many records have each status. */
export type Counts = Readonly<Partial<Record<StepStatus, number>>>;

/** The step records of a run, found by path. */
export interface Records {
  /** Of one step, attempt by attempt. */
  of(path: string): readonly StepRecord[];
  /** What was recorded at a path and below it: `check.then`. Null where the run did not come there. */
  counts(path: string): Counts | null;
  /** The turns of a loop that were begun, from the first. */
  turns(path: string): readonly number[];
}

/** No run: the definition alone. */
export const NO_RECORDS: Records = { of: () => [], counts: () => null, turns: () => [] };

/** Puts records in order, once for a run: a thousand steps are found as fast as one. */
export function recordsOf(steps: readonly StepRecord[]): Records {
  const byPath = new Map<string, StepRecord[]>();
  const counts = new Map<string, Partial<Record<StepStatus, number>>>();
  const turns = new Map<string, Set<number>>();
  for (const step of steps) {
    byPath.set(step.path, [...(byPath.get(step.path) ?? []), step]);
    for (const above of pathsTo(step.path)) {
      const counted = counts.get(above) ?? {};
      counted[step.status] = (counted[step.status] ?? 0) + 1;
      if (counts.has(above)) continue;
      counts.set(above, counted);
      const [, loop, turn] = /^(.*)\[(\d+)\]$/.exec(above) ?? [];
      if (loop !== undefined) turns.set(loop, (turns.get(loop) ?? new Set()).add(Number(turn)));
    }
  }
  return {
    of: (path) => byPath.get(path) ?? [],
    counts: (path) => counts.get(path) ?? null,
    turns: (path) => [...(turns.get(path) ?? [])].toSorted((one, other) => one - other),
  };
}

/** `a.then.b[2].c` → `a`, `a.then`, `a.then.b[2]`, `a.then.b`, and itself. */
function pathsTo(path: string): string[] {
  const parts = path.split(".");
  return parts.flatMap((part, index) => {
    const whole = [...parts.slice(0, index), part].join(".");
    const list = whole.replace(/\[\d+\]$/, "");
    return list === whole ? [whole] : [whole, list];
  });
}

/** `2 succeeded, 1 errored` */
export const countsText = (counts: Counts) =>
  Object.entries(counts)
    .map(([status, count]) => `${count} ${status}`)
    .join(", ");

/** Whether something in it did not go well. */
export const hasTrouble = (counts: Counts | null) =>
  counts !== null && ["failed", "errored", "timed-out"].some((status) => status in counts);
