import type { Json } from "../../src/model/json.ts";
import type {
  Note,
  RunEnd,
  RunJournal,
  RunStart,
  RunWait,
  StepRecord,
} from "../../src/model/run.ts";
import { redactor } from "../../src/model/redact.ts";
import { secretNames } from "../../src/model/secrets.ts";
import type { Branch } from "../../src/model/step.ts";
import type { StepServices } from "../../src/model/step-context.ts";
import type { Subflows } from "../../src/model/subflows.ts";
import type { Workflow } from "../../src/model/workflow.ts";
import type { RunnerParts } from "../../src/runner/run-state.ts";
import { createRunner } from "../../src/runner/runner.ts";
import { aStart } from "../support/runs.ts";

/** A store in memory, which outlives the processes that work on a run. */
export interface Keeping {
  readonly steps: StepRecord[];
  readonly notes: Note[];
  /** In the order in which they were committed: `step pay`, `note pay until`. */
  readonly commits: string[];
}

/** Nothing kept yet. */
export const nothingKept = (): Keeping => ({ steps: [], notes: [], commits: [] });

/** The error with which a process dies at a commit. */
export class Killed extends Error {}

/** A journal, and when all that was written to it is committed. */
interface KeepingJournal extends RunJournal {
  readonly committed: () => Promise<unknown>;
}

/** Keeps a run; its process dies when it wants to commit for the nth time, from 1. What comes after that is not kept. */
export function journalOf(kept: Keeping, dieAt = Infinity): KeepingJournal {
  let count = 0;
  const commits: Promise<void>[] = [];
  const committing = async (name: string, write: () => void) => {
    await new Promise(setImmediate);
    if (++count >= dieAt) throw new Killed(`killed at ${name}`);
    write();
    kept.commits.push(name);
  };
  const commit = (name: string, write: () => void) => {
    const committed = committing(name, write);
    commits.push(committed);
    return committed;
  };
  return {
    committed: () => Promise.all(commits),
    past: { steps: [...kept.steps], notes: [...kept.notes], bytes: 0 },
    step: (record) => commit(`step ${record.path}`, () => void kept.steps.push(asStored(record))),
    note: (note) =>
      commit(`note ${note.path} ${note.name}`, () => void kept.notes.push(asStored(note))),
  };
}

/** As it comes back out of a store. */
function asStored<T>(value: T): T {
  const read = JSON.parse(JSON.stringify(value)) as T & { startedAt?: string | Date };
  if (typeof read.startedAt === "string") read.startedAt = new Date(read.startedAt);
  return read;
}

/** The parts of a life that a test may set. */
export interface LifeOptions extends Partial<Omit<RunnerParts, "services" | "limits">> {
  readonly timeout?: number;
  readonly start?: Partial<RunStart>;
  readonly services?: Partial<StepServices>;
  readonly limits?: Partial<RunnerParts["limits"]>;
  /** The commit at which its process dies. */
  readonly dieAt?: number;
  readonly journal?: RunJournal;
}

/**
 * One process that works on a run, from what is kept to its end, to where it waits, or to its death. Its end is committed after
 * all that was written to the journal.
 */
export async function life(
  steps: Branch,
  kept: Keeping,
  { timeout, start, services, limits, dieAt, journal, ...parts }: LifeOptions = {},
): Promise<RunEnd | RunWait> {
  const { resume } = createRunner({
    services: { redact: redactor(secretNames([]), ["s3cret"]), ...services } as StepServices,
    subflows: {} as Subflows,
    limits: {
      loop: 1_000,
      headers: 16_384,
      rows: 10_000,
      depth: 5,
      steps: 10_000,
      result: 1_000_000,
      record: 32_000_000,
      ...limits,
    },
    now: () => new Date("2026-01-02T03:04:05Z"),
    random: () => 0.5,
    secrets: () => ({}),
    signDepth: String,
    ...parts,
  });
  const workflow = { key: "later", timeout: timeout ?? null, steps } as Workflow;
  const own = journalOf(kept, dieAt);
  const came = await resume(
    workflow,
    aStart({
      id: "run-1",
      startedAt: new Date("2026-01-02T03:04:05Z"),
      trigger: {},
      ...start,
    }),
    journal ?? own,
  );
  await own.committed();
  return came;
}

/** A clock that only waiting moves. */
export function clock() {
  let time = Date.parse("2026-01-02T03:04:05Z");
  const advance = (milliseconds: number) => void (time += milliseconds);
  return {
    advance,
    now: () => new Date(time),
    async sleep(milliseconds: number) {
      advance(milliseconds);
      await new Promise(setImmediate);
    },
    /** Moves on to a time, if that is still to come. */
    reach: (date: Date) => void (time = Math.max(time, date.getTime())),
  };
}

/**
 * Lets process after process work on a run until it has ended. The first to want the nth commit of all dies at it.
 * @param dieAt from 1
 */
export async function lives(
  steps: Branch,
  kept: Keeping,
  dieAt = Infinity,
  options: LifeOptions = {},
): Promise<RunEnd> {
  const time = clock();
  for (let attempt = 0; ;) {
    const left = attempt === 0 ? dieAt - kept.commits.length : Infinity;
    const start = { attempt, ...options.start };
    const came = await life(steps, kept, { ...time, ...options, dieAt: left, start }).catch(
      (error: unknown) => {
        if (error instanceof Killed) return null;
        throw error;
      },
    );
    if (came === null) attempt++;
    else if (!("until" in came)) return came;
    else if (came.until !== null) time.reach(came.until);
  }
}

/** The value of a field of a scope's part: `seen(scope, "vars", "total")`. */
export const seen = (scope: Readonly<Record<string, unknown>>, part: string, name: string): Json =>
  (scope[part] as Readonly<Record<string, Json>>)[name] ?? null;
