import { setImmediate as nextTurn } from "node:timers/promises";
import type { Scope } from "../model/expression.ts";
import type { Json } from "../model/json.ts";
import type { LazySignal } from "../model/lazy-signal.ts";
import type { ResumeWorkflow, RunEnd, RunStart, RunWatch, RunWorkflow } from "../model/run.ts";
import type { Outcome } from "../model/step.ts";
import { StepError, Suspension } from "../model/step-error.ts";
import { ProcessStopping } from "../model/stopping.ts";
import type { Workflow } from "../model/workflow.ts";
import { Cut, Deadline } from "./deadline.ts";
import { restore } from "./effects.ts";
import { StepFailed, failureOf } from "./failure.ts";
import { leftUntil, noLaterThan } from "./suspend.ts";
import { type Journal, readJournal } from "./journal.ts";
import type { RunState, RunnerParts } from "./run-state.ts";
import { sleep } from "./sleep.ts";
import { spendBytes, spendRow } from "./spending.ts";
import { walkBranch } from "./walk.ts";

/** Walks workflows. */
export interface Runner {
  /** A run that a client waits for. It rejects only when its watch fails, or its secrets can't be read. */
  readonly run: RunWorkflow;
  /** A run that is kept, step by step. */
  readonly resume: ResumeWorkflow;
}

/** Makes the functions that walk workflows. See docs/workflows.md and docs/durability.md. */
export function createRunner(parts: RunnerParts): Runner {
  return {
    run(workflow, start, watch) {
      const how = { watch, journal: null, timeout: workflow.timeout };
      return walkThrough(parts, workflow, start, how, (run) => {
        if (watch !== undefined) spendRow(run, [], [start.trigger]);
      });
    },

    async resume(workflow, start, journal) {
      const { timeout } = workflow;
      const over = timeout === null ? null : new Date(start.startedAt.getTime() + timeout);
      const left = over && leftUntil(over, timeout, parts.now());
      const kept = readJournal(journal);
      try {
        const { steps, bytes } = journal.past;
        const how = { watch: journal, journal: kept, timeout: left };
        return await walkThrough(parts, workflow, start, how, (run) => {
          run.spent.steps = steps.length;
          spendBytes(run, bytes);
          restore(run, steps);
          run.replayed = replayed(run);
        });
      } catch (error) {
        if (!(error instanceof Suspension)) throw error;
        const { until, child } = over === null ? error : noLaterThan(over, error);
        return { id: start.id, status: "waiting", until, child };
      }
    },
  };
}

/** The differences between runs that a client waits for and runs that are kept. */
interface Way {
  readonly watch: RunWatch | undefined;
  readonly journal: Journal | null;
  /** Milliseconds that are left; null: without end. */
  readonly timeout: number | null;
}

async function walkThrough(
  parts: RunnerParts,
  workflow: Workflow,
  start: RunStart,
  { watch, journal, timeout }: Way,
  begin: (run: RunState) => void,
): Promise<RunEnd> {
  const run: RunState = {
    parts,
    services: start.redact ? { ...parts.services, redact: start.redact } : parts.services,
    start,
    watch,
    journal,
    sleep: parts.sleep ?? sleep,
    // Without a prototype: an id may be `constructor`.
    results: Object.create(null) as Record<string, Json>,
    vars: Object.create(null) as Record<string, Json>,
    messages: [],
    output: undefined,
    seed: null,
    halted: null,
    halt: (reason) => {
      run.halted ??= reason;
      ends.abort(reason);
    },
    uncommitted: null,
    cut: (reason) => {
      run.exceeded ??= reason;
      ends.abort(reason);
    },
    exceeded: null,
    spent: start.spent ?? { steps: 0, bytes: 0 },
    yielding: 0,
    replayed: null,
    activeBranches: 1,
    waiting: new Set(),
  };
  const ends = new Deadline(start.signal, timeout, {
    late: () => new Cut("WORKFLOW_TIMEOUT", `The workflow took longer than ${workflow.timeout} ms`),
    outer: () => {
      const { reason } = start.signal;
      if (!(reason instanceof ProcessStopping)) return new Cut("CANCELED", "The run was canceled");
      run.halted ??= reason;
      return reason;
    },
  });
  try {
    begin(run);
    ends.throwIfAborted();
    const scope = scopeOf(workflow, run);
    const frame = { prefix: "", scope, signal: ends, round: "" };
    const walked = walkBranch(run, workflow.steps, frame);
    const outcome = walked instanceof Promise ? await walked : walked;
    if (run.halted !== null) throw run.halted;
    if (run.exceeded !== null) throw run.exceeded;
    return endOf(run, outcome);
  } catch (error) {
    return accident(run, error, ends);
  } finally {
    ends.clear();
  }
}

/** Resolves when all branches of a resumed run have walked through their recorded steps. */
async function replayed(run: RunState): Promise<void> {
  do await nextTurn();
  while (run.yielding > 0);
}

const scopeOf = ({ key }: Workflow, { parts, start, results, vars }: RunState): Scope => ({
  trigger: start.trigger,
  steps: results,
  vars,
  secrets: parts.secrets(),
  run: {
    id: start.id,
    workflow: key,
    startedAt: start.startedAt.toISOString(),
    attempt: start.attempt + 1,
  },
});

/** The end of the run after its last outcome. */
const endOf = (run: RunState, outcome: Outcome): RunEnd =>
  outcome.go === "on"
    ? ended(run, { status: "succeeded" })
    : ended(run, {
        status: outcome.status,
        stopped: true,
        response: outcome.response ?? null,
      });

/** The end of the run after an exception. */
function accident(run: RunState, error: unknown, signal: LazySignal): RunEnd {
  if (run.halted !== null) throw run.halted;
  const step = error instanceof StepFailed ? error.failure.step : "";
  if (signal.aborted) {
    const { status, message, code } = signal.reason as Cut;
    return ended(run, { status, error: { message, code, step } });
  }
  if (error instanceof Suspension && run.journal !== null) throw error;
  const refusal = error instanceof StepError ? error.refusal : null;
  return ended(run, {
    status: "errored",
    refusal,
    error: failureOf(error, step, run.services.redact),
  });
}

const ended = (run: RunState, own: Pick<RunEnd, "status"> & Partial<RunEnd>): RunEnd => ({
  id: run.start.id,
  stopped: false,
  messages: run.messages,
  response: null,
  output: run.output,
  error: null,
  finishedAt: laterOf(run.start.startedAt, run.parts.now()),
  ...own,
});

/** A clock that is set back ends no run before it began. */
const laterOf = (one: Date, other: Date): Date => (one > other ? one : other);
