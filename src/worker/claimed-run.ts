import { setImmediate as nextTurn } from "node:timers/promises";
import { GatewayError, gatewayError } from "../model/errors.ts";
import type { Log } from "../model/log.ts";
import { type Claim, ClaimLost, type RunAfterFailure, type RunQueue } from "../model/queue.ts";
import {
  type ResumeWorkflow,
  type RunEnd,
  type RunStart,
  type RunWait,
  erredEnd,
} from "../model/run.ts";
import { logErred } from "../model/run-log.ts";
import { lazySignal } from "../model/lazy-signal.ts";
import { StepError } from "../model/step-error.ts";
import { ProcessStopping } from "../model/stopping.ts";
import type { Definition, Workflow } from "../model/workflow.ts";

/** The parts of other rooms that a claimed run needs. */
export interface ClaimedRunParts {
  readonly queue: Pick<RunQueue, "step" | "note" | "wait" | "end">;
  /** What a run that is claimed now is done with, until it ends or waits. */
  readonly doing: () => RunDoing;
  readonly now: () => Date;
  readonly log: Log;
}

/** What runs are done with. */
export interface RunDoing {
  readonly resume: ResumeWorkflow;
  /** Compiles a workflow as it was when the run was accepted. Throws where it can't any more. */
  readonly revive: (key: string, definition: Definition) => Workflow;
  readonly afterFailure: RunAfterFailure;
  /** Header pairs that requests of the run's steps carry: Workflow-Depth, X-Request-Id, traceparent. */
  readonly propagatedHeaders: (claim: Claim) => RunStart["propagatedHeaders"];
}

/**
 * How a claim ended: as its run ended or waits. `lost`: the run belongs to another claim now. `left`: the run was stopped and
 * must be given back, so that another claim goes on with it.
 */
export type ClaimOutcome = RunEnd | RunWait | "lost" | "left";

/** The circumstances of a run while a process has it. */
export interface ClaimedRunHold {
  /** Cancels the run; or, with `ProcessStopping`, leaves it where it is. */
  readonly signal: AbortSignal;
  /** Aborted when none of its steps may begin any more: those under way may end. */
  readonly draining: AbortSignal;
  /** Called when it has no more steps to do, before that is committed. */
  readonly walked: () => void;
}

/** Goes on with a claimed run, to its end or to where it waits, and commits how it stands then. Never rejects. */
export async function doClaimedRun(
  claim: Claim,
  hold: ClaimedRunHold,
  parts: ClaimedRunParts,
): Promise<ClaimOutcome> {
  const { queue, log } = parts;
  const heldUp = (error: unknown): "lost" | "left" | null => {
    if (error instanceof ClaimLost) return "lost";
    if (error instanceof ProcessStopping) return "left";
    log.error({ run: claim.id, workflow: claim.workflow, err: error }, "a run can't be kept");
    return isOfTheStore(error) ? "left" : null;
  };
  try {
    const came = await cameTo(claim, hold, parts);
    const kept =
      "until" in came
        ? queue.wait(claim, came)
        : queue.end(claim, came, parts.doing().afterFailure(claim, came));
    hold.walked();
    await kept;
    if (!("until" in came)) logErred(log, claim, came);
    return came;
  } catch (error) {
    return heldUp(error) ?? (await endUnkept(claim, error, parts, heldUp));
  }
}

/** Ends a run that can't go on, however often it is tried. What its failure causes may be what can't be kept. */
async function endUnkept(
  claim: Claim,
  reason: unknown,
  { queue, doing, now, log }: ClaimedRunParts,
  heldUp: (error: unknown) => "lost" | "left" | null,
): Promise<ClaimOutcome> {
  // What it wrote behind what can't be kept fails first.
  await nextTurn();
  const end = erredFor(claim, reason, now());
  for (const causes of [() => doing().afterFailure(claim, end), () => null]) {
    try {
      await queue.end(claim, end, causes());
      logErred(log, claim, end);
      return end;
    } catch (error) {
      const outcome = heldUp(error);
      if (outcome !== null) return outcome;
    }
  }
  return "left";
}

/** Whether the store may take the same another time. */
const isOfTheStore = (error: unknown): boolean =>
  error instanceof GatewayError && error.code === "STORE_UNAVAILABLE";

function erredFor({ id }: Claim, reason: unknown, finishedAt: Date): RunEnd {
  const { code, message } = reason instanceof StepError ? reason : gatewayError(reason);
  return erredEnd(id, { message, code, step: "" }, finishedAt);
}

async function cameTo(
  claim: Claim,
  { signal, draining }: ClaimedRunHold,
  { queue, doing, now }: ClaimedRunParts,
): Promise<RunEnd | RunWait> {
  if (claim.unreadable !== null) return erredFor(claim, claim.unreadable, now());
  const { resume, revive, propagatedHeaders } = doing();
  let workflow: Workflow;
  try {
    workflow = revive(claim.workflow, claim.definition);
  } catch (error) {
    return unusable(claim, error, now());
  }
  const { id, startedAt, trigger, requestId, traceparent, depth, parent, attempt, past } = claim;
  const { redact } = claim;
  const start: RunStart = {
    id,
    startedAt,
    trigger,
    requestId,
    traceparent,
    depth,
    redact,
    parent,
    attempt,
    signal: lazySignal(signal),
    request: untouched,
    response: untouched,
    caller: null,
    observe: false,
    propagatedHeaders: propagatedHeaders(claim),
  };
  return resume(workflow, start, {
    past,
    draining,
    step: (record) => queue.step(claim, record),
    note: (note) => queue.note(claim, note),
  });
}

/** No client waits here: only a replay has steps that change a request or an answer, and these change nothing. */
const untouched = { change() {} };

/** The end of a run whose definition this version does not understand any more. */
function unusable({ id }: Claim, error: unknown, finishedAt: Date): RunEnd {
  const reason = error instanceof Error ? error.message : String(error);
  const message = `The definition that the run was accepted with can't be used any more: ${reason}`;
  return erredEnd(id, { message, code: "DEFINITION_UNUSABLE", step: "" }, finishedAt);
}
