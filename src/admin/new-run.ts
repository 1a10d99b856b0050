import type { JsonObject } from "../model/json.ts";
import type { NewRun } from "../model/queue.ts";
import type { Workflow } from "../model/workflow.ts";
import { newRunId } from "../model/run-id.ts";

/** A run that an operator starts: neither a request nor another run caused it. */
export function newRun(
  workflow: Workflow,
  trigger: JsonObject,
  acceptedAt: Date,
  { requestId = null, replayOf = null }: Partial<Pick<NewRun, "requestId" | "replayOf">> = {},
): NewRun {
  return {
    id: newRunId(),
    workflow,
    trigger,
    acceptedAt,
    requestId,
    replayOf,
    traceparent: null,
    depth: 0,
    parent: null,
  };
}
