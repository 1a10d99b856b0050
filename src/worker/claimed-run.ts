import type { Log } from "../model/log.ts";
import { type Claim, ClaimLost, type RunQueue } from "../model/queue.ts";
import {
  type ResumeWorkflow,
  type RunEnd,
  type RunStart,
  type RunWait,
  erredEnd,
} from "../model/run.ts";
import { logErred } from "../model/run-log.ts";
import { lazySignal } from "../model/lazy-signal.ts";
import { ProcessStopping } from "../model/stopping.ts";
import type { Definition, Workflow } from "../model/workflow.ts";

/** The parts of other rooms that a claimed run needs. */
export interface ClaimedRunParts {
  readonly queue: Pick<RunQueue, "step" | "note" | "wait" | "end">;
  readonly resume: ResumeWorkflow;
  /** Compiles a workflow as it was when the run was accepted. Throws where it can't any more. */
  readonly revive: (key: string, definition: Definition) => Workflow;
  /** Header pairs that requests of the run's steps carry: Workflow-Depth, X-Request-Id, traceparent. */
  readonly propagatedHeaders: (claim: Claim) => RunStart["propagatedHeaders"];
  readonly now: () => Date;
  readonly log: Log;
}

/**
 * How a claim ended. `done`: its run has ended, or waits. `lost`: the run belongs to another claim now. `left`: the run was
 * stopped and must be given back, so that another claim goes on with it.
 */
export type ClaimOutcome = "done" | "lost" | "left";

/**
 * Goes on with a claimed run, to its end or to where it waits, and commits how it stands then. Never rejects.
 * @param control its signal cancels the run, or with `ProcessStopping` leaves it where it is
 * @param draining aborted when none of its steps may begin any more: those under way may end
 */
export async function doClaimedRun(
  claim: Claim,
  control: AbortController,
  draining: AbortSignal,
  parts: ClaimedRunParts,
): Promise<ClaimOutcome> {
  const { queue, log } = parts;
  try {
    const came = await cameTo(claim, control.signal, draining, parts);
    if ("until" in came) await queue.wait(claim, came);
    else {
      await queue.end(claim, came);
      logErred(log, claim, came);
    }
    return "done";
  } catch (error) {
    if (error instanceof ClaimLost) return "lost";
    if (!(error instanceof ProcessStopping)) {
      log.error({ run: claim.id, workflow: claim.workflow, err: error }, "a run can't be kept");
    }
    return "left";
  }
}

async function cameTo(
  claim: Claim,
  signal: AbortSignal,
  draining: AbortSignal,
  { queue, resume, revive, propagatedHeaders, now }: ClaimedRunParts,
): Promise<RunEnd | RunWait> {
  let workflow: Workflow;
  try {
    workflow = revive(claim.workflow, claim.definition);
  } catch (error) {
    return unusable(claim, error, now());
  }
  const { id, startedAt, trigger, requestId, traceparent, depth, parent, attempt, past } = claim;
  const start: RunStart = {
    id,
    startedAt,
    trigger,
    requestId,
    traceparent,
    depth,
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
