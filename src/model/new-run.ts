import type { JsonObject } from "./json.ts";
import type { NewRun } from "./queue.ts";
import type { Workflow } from "./workflow.ts";
import { newRunId } from "./run-id.ts";

/** A run that an operator or a schedule starts: neither a request nor another run caused it. */
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
