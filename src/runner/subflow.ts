import type { Json } from "../model/json.ts";
import type { LazySignal } from "../model/lazy-signal.ts";
import type { EndedRun } from "../model/queue.ts";
import { StepError } from "../model/step-error.ts";
import type { Workflow } from "../model/workflow.ts";
import { type NotePlace, committed, remember } from "./commit.ts";
import { type Effects, say } from "./effects.ts";
import { suspendForChild } from "./suspend.ts";
import type { RunState } from "./run-state.ts";
import { newRunId } from "../model/run-id.ts";

/** The attempt of a step that calls. */
interface Calling extends NotePlace {
  readonly signal: LazySignal;
  readonly effects: Effects;
}

/** A workflow that a step wants run. */
interface Call {
  readonly key: string;
  readonly input: Json;
  readonly wait: boolean;
}

/**
 * Runs another workflow as a run of its own. With `wait`, the subflow runs at once where a client waits for the parent; else
 * it is queued, and the parent is suspended until the subflow has ended. Without `wait`, the subflow is queued.
 * @throws {StepError} `UNKNOWN_WORKFLOW`, `DEPTH_EXCEEDED`, `SUBFLOW_FAILED`
 */
export async function runSubflow(run: RunState, doing: Calling, call: Call): Promise<Json> {
  const { key, wait } = call;
  if (!wait) {
    await accept(run, call, remember(run, doing, "child", newRunId));
    return null;
  }
  const child =
    run.journal === null ? await atOnce(run, doing, call) : await queued(run, doing, call);
  doing.signal.throwIfAborted();
  for (const message of child.messages)
    say(run, doing.effects, run.services.redact(message) as string);
  if (child.status === "succeeded") return child.output ?? null;
  throw new StepError("SUBFLOW_FAILED", `The workflow "${key}" ${howItEnded(child)}`, {
    retryable: child.status !== "failed",
    refusal: child.refusal ?? null,
    child: child.status === "errored" || child.status === "timed-out" ? child.id : null,
  });
}

/** Runs the subflow while its parent waits and holds its slot. */
function atOnce(run: RunState, { signal }: Calling, { key, input }: Call): Promise<EndedRun> {
  const { start, parts } = run;
  const depth = start.depth + 1;
  return parts.subflows.run(called(run, key), {
    ...start,
    id: newRunId(),
    startedAt: parts.now(),
    trigger: { data: input },
    request: null,
    response: null,
    signal,
    depth,
    parent: start.id,
    spent: run.spent,
    attempt: 0,
    propagatedHeaders: { ...start.propagatedHeaders, "workflow-depth": parts.signDepth(depth + 1) },
  });
}

/** Queues it, and waits until it has ended. */
async function queued(run: RunState, doing: Calling, call: Call): Promise<EndedRun> {
  const { subflows } = run.parts;
  const id = remember(run, doing, "child", newRunId);
  let ended = await subflows.ended(id);
  if (ended === null) await accept(run, call, id);
  for (; ended === null; ended = await subflows.ended(id)) {
    await suspendForChild(run, id, doing.signal);
  }
  return ended;
}

async function accept(run: RunState, { key, input }: Call, id: string): Promise<void> {
  const { start, parts } = run;
  const workflow = called(run, key);
  // A run that is resumed must know of its child.
  await committed(run);
  return parts.subflows.accept({
    id,
    workflow,
    trigger: { data: input },
    acceptedAt: parts.now(),
    requestId: start.requestId,
    traceparent: start.traceparent,
    depth: start.depth + 1,
    parent: start.id,
    replayOf: null,
    ...(start.redact && { redact: start.redact }),
  });
}

function called({ start, parts }: RunState, key: string): Workflow {
  if (start.depth + 1 > parts.limits.depth) {
    const message = `Workflows nest deeper than limits.depth (${parts.limits.depth})`;
    throw refused("DEPTH_EXCEEDED", message);
  }
  const workflow = parts.subflows.find(key);
  if (workflow !== null) return workflow;
  throw refused("UNKNOWN_WORKFLOW", `There is no enabled workflow "${key}" to run as a subflow`);
}

const refused = (code: string, message: string) =>
  new StepError(code, message, { retryable: false });

/** `errored: POST answered 500`, `failed: Too short`. */
function howItEnded({ status, error, messages }: EndedRun): string {
  const reason = error?.message ?? messages.at(-1);
  return reason === undefined ? `ended as ${status}` : `ended as ${status}: ${reason}`;
}
