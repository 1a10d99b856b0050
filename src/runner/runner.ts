import type { Scope } from "../model/expression.ts";
import type { Json } from "../model/json.ts";
import type { RunEnd, RunStart, RunWorkflow } from "../model/run.ts";
import type { Outcome } from "../model/step.ts";
import type { Workflow } from "../model/workflow.ts";
import { Cut, type Deadline, deadline } from "./deadline.ts";
import { StepFailed, failureOf } from "./failure.ts";
import type { RunState, RunnerParts } from "./run-state.ts";
import { sleep } from "./sleep.ts";
import { walkBranch } from "./walk.ts";

/**
 * Makes the function that walks workflows. It rejects only when a run's watch fails, or its secrets can't be had.
 * SPEC, sections 11 and 12.
 */
export function createRunner(parts: RunnerParts): RunWorkflow {
  return async (workflow, start, watch) => {
    const { signal, abort, clear } = runDeadline(workflow, start);
    const run: RunState = {
      parts,
      start,
      watch,
      sleep: parts.sleep ?? sleep,
      // Without a prototype: an id may be `constructor`.
      results: Object.create(null) as Record<string, Json>,
      vars: Object.create(null) as Record<string, Json>,
      messages: [],
      output: null,
      halt: abort,
      breathed: performance.now(),
    };
    try {
      signal.throwIfAborted();
      const scope = scopeOf(workflow, run);
      return endOf(run, await walkBranch(run, workflow.steps, { prefix: "", scope, signal }));
    } catch (error) {
      return accident(run, error, signal);
    } finally {
      clear();
    }
  };
}

const runDeadline = ({ timeout }: Workflow, { signal }: RunStart): Deadline =>
  deadline(signal, timeout, {
    late: () => new Cut("WORKFLOW_TIMEOUT", `The workflow took longer than ${timeout} ms`),
    outer: () => new Cut("CANCELED", "The run was canceled"),
  });

const scopeOf = ({ key }: Workflow, { parts, start, results, vars }: RunState): Scope => ({
  trigger: start.trigger,
  steps: results,
  vars,
  secrets: parts.secrets(),
  run: { id: start.id, workflow: key, startedAt: start.startedAt.toISOString(), attempt: 1 },
});

/** What the last outcome makes of the run. */
const endOf = (run: RunState, outcome: Outcome): RunEnd =>
  outcome.go === "on"
    ? ended(run, { status: "succeeded" })
    : ended(run, {
        status: outcome.status,
        stopped: true,
        response: outcome.response ?? null,
      });

/** What an exception makes of the run. */
function accident(run: RunState, error: unknown, signal: AbortSignal): RunEnd {
  const step = error instanceof StepFailed ? error.failure.step : "";
  if (!signal.aborted) return ended(run, { status: "errored", error: failureOf(error, step) });
  const { reason } = signal as { reason: unknown };
  if (!(reason instanceof Cut)) throw reason;
  const { status, message, code } = reason;
  return ended(run, { status, error: { message, code, step } });
}

const ended = (run: RunState, own: Pick<RunEnd, "status"> & Partial<RunEnd>): RunEnd => ({
  id: run.start.id,
  stopped: false,
  messages: run.messages,
  response: null,
  output: run.output,
  error: null,
  finishedAt: run.parts.now(),
  ...own,
});
