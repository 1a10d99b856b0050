import { setTimeout as wait } from "node:timers/promises";
import type { Expression, Scope } from "../model/expression.ts";
import type { Json } from "../model/json.ts";
import type {
  RunEnd,
  RunStart,
  RunStatus,
  RunWatch,
  RunWorkflow,
  StepRecord,
} from "../model/run.ts";
import {
  type Branch,
  type BranchPlace,
  type Outcome,
  type Step,
  type StepContext,
  StepError,
  type StepLimits,
  type StepServices,
} from "../model/step.ts";
import type { Workflow } from "../model/workflow.ts";
import { RunCut, deadline, orAborted } from "./deadline.ts";
import { StepFailed, failureOf } from "./failure.ts";
import { inputOf } from "./input.ts";
import { backoff, isRetryable } from "./retry.ts";

/** What a runner needs of the world. */
export interface RunnerParts {
  readonly services: StepServices;
  /** `result`: bytes that one step's result may have as JSON. */
  readonly limits: StepLimits & { readonly result: number };
  readonly now: () => Date;
  /** From 0 to 1. */
  readonly random: () => number;
  /** What `secrets.NAME` reads. */
  readonly secrets: Readonly<Record<string, string | undefined>>;
}

/** Makes the function that walks workflows. SPEC, sections 11 and 12. */
export function createRunner(parts: RunnerParts): RunWorkflow {
  return async (workflow, start, watch) => {
    const { signal, clear } = deadline(start.signal, workflow.timeout);
    const walk = walkOf(workflow, start, signal, parts, watch);
    try {
      return walk.end(await walk.branch(workflow.steps, "", walk.scope));
    } catch (error) {
      return walk.cut(error);
    } finally {
      clear();
    }
  };
}

/** One walk through one workflow: its state, and the functions that share it. */
function walkOf(
  workflow: Workflow,
  start: RunStart,
  signal: AbortSignal,
  parts: RunnerParts,
  watch: RunWatch | undefined,
) {
  const { now, random, limits, services, secrets } = parts;
  const results: Record<string, Json> = {};
  const vars: Record<string, Json> = {};
  const messages: string[] = [];
  const scope: Scope = {
    trigger: start.trigger,
    steps: results,
    vars,
    secrets,
    run: {
      id: start.id,
      workflow: workflow.key,
      startedAt: start.startedAt.toISOString(),
      attempt: 1,
    },
  };

  /** Walks steps in order; the outcome is the last one's, or that of the step that ended the run. */
  const branch = async (steps: Branch, prefix: string, inner: Scope): Promise<Outcome> => {
    let last: Outcome = { go: "on", result: null };
    for (const step of steps) {
      if (signal.aborted) throw signal.reason;
      last = await guarded(step, prefix + step.name, inner);
      if (last.go === "end") return last;
      if (step.id !== null) results[step.id] = last.result;
    }
    return last;
  };

  /** A step with its `if` and `onError`. */
  const guarded = async (step: Step, path: string, inner: Scope): Promise<Outcome> => {
    try {
      if (step.if && step.if.evaluate(inner) !== true) {
        await tell(step, path, {
          status: "skipped",
          attempt: 1,
          startedAt: now(),
          began: performance.now(),
        });
        return { go: "on", result: null };
      }
      return await attempts(step, path, inner);
    } catch (error) {
      if (signal.aborted || step.onError === "fail") throw failed(error, path);
      if (step.onError === "continue") return { go: "on", result: null };
      const handled = { ...inner, error: failureOf(error, path) };
      const outcome = await branch(step.onError, `${path}.onError.`, handled);
      return outcome.go === "end" ? outcome : { go: "on", result: null };
    }
  };

  const attempts = async (step: Step, path: string, inner: Scope): Promise<Outcome> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await once(step, path, inner, attempt);
      } catch (error) {
        if (signal.aborted || attempt >= step.retry.attempts || !isRetryable(error)) throw error;
        await wait(backoff(step.retry, attempt, error, random), undefined, { signal }).catch(
          () => undefined,
        );
        if (signal.aborted) throw signal.reason;
      }
    }
  };

  /** One attempt, recorded. */
  const once = async (
    step: Step,
    path: string,
    inner: Scope,
    attempt: number,
  ): Promise<Outcome> => {
    const seen: Seen = { status: "succeeded", attempt, startedAt: now(), began: performance.now() };
    const timer = step.timeout === null ? null : deadline(signal, step.timeout);
    const ownSignal = timer?.signal ?? signal;
    try {
      const config = step.configure(inner);
      seen.input = inputOf(step, config);
      if (start.observe && step.type.acts && !step.type.looks(config)) {
        await tell(step, path, { ...seen, status: "skipped" });
        return { go: "on", result: null };
      }
      const running = step.type.run(config, context(path, inner, ownSignal));
      const outcome = running instanceof Promise ? await orAborted(running, ownSignal) : running;
      bounded(outcome.result, limits.result);
      const refused =
        outcome.go === "end" && outcome.result === false && outcome.status === "failed";
      await tell(step, path, {
        ...seen,
        status: refused ? "failed" : "succeeded",
        result: outcome.result,
      });
      return outcome;
    } catch (error) {
      const thrown = timedOut(error, signal, step);
      await tell(step, path, { ...seen, status: statusOf(thrown), error: failureOf(thrown, path) });
      throw thrown;
    } finally {
      timer?.clear();
    }
  };

  const context = (path: string, inner: Scope, ownSignal: AbortSignal): StepContext => ({
    scope: inner,
    signal: ownSignal,
    path,
    idempotencyKey: `${start.id}:${path}`,
    limits,
    request: start.request,
    caller: start.caller,
    outgoing: start.outgoing,
    services,
    walk: (steps: Branch, { at, turn, names }: BranchPlace) =>
      branch(steps, `${path}${turn === undefined ? `.${at}` : `[${turn}]`}.`, within(inner, names)),
    evaluate: (expression: Expression, names) => expression.evaluate(within(inner, names)),
    say: (message) => void messages.push(message),
    assign: (name, value) => void (vars[name] = value),
  });

  const tell = (step: Step, path: string, seen: Seen): void | Promise<void> => {
    if (!watch) return;
    const { began, input = null, result = null, error = null, ...rest } = seen;
    const { id, type } = step;
    const record: StepRecord = {
      ...rest,
      path,
      id,
      type: type.type,
      input,
      result,
      error,
      durationMs: Math.round((performance.now() - began) * 1_000) / 1_000,
    };
    return watch.step(record);
  };

  const ended = (status: RunStatus, more: Partial<RunEnd> = {}): RunEnd => ({
    id: start.id,
    status,
    stopped: false,
    messages,
    response: null,
    output: null,
    error: null,
    finishedAt: now(),
    ...more,
  });

  return {
    scope,
    branch,
    end: (outcome: Outcome): RunEnd =>
      outcome.go === "on"
        ? ended("succeeded")
        : ended(outcome.status, { stopped: true, response: outcome.response ?? null }),
    /** What an exception makes of the run. */
    cut: (error: unknown): RunEnd => {
      const cut: unknown = signal.aborted ? signal.reason : error;
      const step = error instanceof StepFailed ? error.failure.step : "";
      if (cut instanceof RunCut) {
        const code = cut.status === "timed-out" ? "WORKFLOW_TIMEOUT" : "CANCELED";
        return ended(cut.status, { error: { message: cut.message, code, step } });
      }
      return ended("errored", { error: failureOf(error, step) });
    },
  };
}

/** What is known of an attempt while it runs. */
interface Seen extends Pick<StepRecord, "status" | "attempt" | "startedAt"> {
  /** By the monotonic clock, in milliseconds. */
  readonly began: number;
  input?: Json;
  readonly result?: Json;
  readonly error?: StepRecord["error"];
}

const within = (scope: Scope, names: Readonly<Record<string, Json>> | undefined): Scope =>
  names === undefined ? scope : { ...scope, ...names };

const failed = (error: unknown, path: string): StepFailed =>
  error instanceof StepFailed
    ? error
    : new StepFailed(failureOf(error, path), error, isRetryable(error));

/** A step's own timeout is an error of the step; the run's is the run's. */
function timedOut(error: unknown, runSignal: AbortSignal, { timeout }: Step): unknown {
  if (runSignal.aborted) return runSignal.reason;
  if (!(error instanceof RunCut)) return error;
  return new StepError("STEP_TIMEOUT", `The step took longer than its timeout of ${timeout} ms`);
}

function statusOf(error: unknown): StepRecord["status"] {
  if (error instanceof RunCut) return error.status;
  return error instanceof StepError && error.code === "STEP_TIMEOUT" ? "timed-out" : "errored";
}

/** @throws {StepError} `RESULT_TOO_LARGE` */
function bounded(result: Json, limit: number): void {
  if (typeof result !== "object" && (typeof result !== "string" || result.length * 3 <= limit))
    return;
  if (result === null) return;
  const bytes = Buffer.byteLength(JSON.stringify(result));
  if (bytes <= limit) return;
  const message = `The result has ${bytes} bytes; limits.result allows ${limit}`;
  throw new StepError("RESULT_TOO_LARGE", message, { retryable: false });
}
