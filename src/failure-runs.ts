import type { JsonObject } from "./model/json.ts";
import type { Log } from "./model/log.ts";
import { newRunId } from "./model/run-id.ts";
import type { RunAfterFailure } from "./model/queue.ts";
import type { Workflow } from "./model/workflow.ts";

/** The parts that runs of `onFailure` are made of. */
export interface FailureRunParts {
  readonly workflowOf: (key: string) => Workflow | undefined;
  /** `limits.depth` */
  readonly depth: number;
  readonly now: () => Date;
  readonly log: Pick<Log, "warn">;
}

/** Makes the run of `onFailure` that a run causes which erred or took too long. See docs/workflows.md, "When a run fails". */
export function failureRuns({ workflowOf, depth, now, log }: FailureRunParts): RunAfterFailure {
  return (failed, { status, error, finishedAt }) => {
    if (status !== "errored" && status !== "timed-out") return null;
    const { id, workflow: key, startedAt, requestId, traceparent, redact } = failed;
    const next = nextOf(key, workflowOf);
    if (next === null) return null;
    if (failed.depth + 1 > depth) {
      log.warn({ run: id, workflow: key }, "onFailure is not run: over limits.depth");
      return null;
    }
    const run = {
      id,
      workflow: key,
      status,
      startedAt: startedAt.toISOString(),
      finishedAt: finishedAt.toISOString(),
    };
    return {
      id: newRunId(),
      workflow: next,
      trigger: { data: { run, error: error as JsonObject | null, trigger: failed.trigger } },
      acceptedAt: now(),
      requestId,
      traceparent,
      depth: failed.depth + 1,
      parent: id,
      replayOf: null,
      ...(redact && { redact }),
    };
  };
}

/** The workflow that is run when runs of this one fail; null where there is none, or where that leads back to itself. */
function nextOf(key: string, workflowOf: FailureRunParts["workflowOf"]): Workflow | null {
  const next = workflowOf(workflowOf(key)?.onFailure ?? "");
  const seen = new Set<Workflow>();
  for (let one = next; one !== undefined && !seen.has(one); one = workflowOf(one.onFailure ?? "")) {
    if (one.key === key) return null;
    seen.add(one);
  }
  return next?.enabled === true && next.trigger.type === "subflow" ? next : null;
}
