import type { Caller } from "../../model/caller.ts";
import type { JsonObject } from "../../model/json.ts";
import type { LazySignal } from "../../model/lazy-signal.ts";
import type { NewRun } from "../../model/queue.ts";
import type { RunStart } from "../../model/run.ts";
import type { Workflow } from "../../model/workflow.ts";
import { newRunId } from "../../model/run-id.ts";
import type { WorkflowReport } from "../answer/workflow-report.ts";
import { DEPTH_HEADER, type Depth } from "./depth.ts";
import type { RequestHead } from "./head.ts";

/** Makes what starts the runs of one request. */
export interface RequestRuns {
  /** Header pairs that requests on its behalf carry: Workflow-Depth, X-Request-Id, traceparent. */
  readonly propagatedHeaders: Readonly<Record<string, string>>;
  /** A run that the client waits for. */
  start(trigger: JsonObject, own?: OwnStart): RunStart;
  /** A run that is queued. @param id by default a new one */
  queue(workflow: Workflow, trigger: JsonObject, id?: string): NewRun;
}

/** The parts of one run that differ from those of the request's other runs. */
export type OwnStart = Partial<Pick<RunStart, "id" | "request" | "response" | "observe">>;

/** The parts of a request that its runs need. */
export interface RequestRunsParts {
  readonly arrival: Pick<RequestHead, "depth">;
  readonly report: Pick<WorkflowReport, "requestId" | "traceparent">;
  readonly caller: Caller;
  readonly depth: Depth;
  /** Aborted when the client goes away. */
  readonly signal: LazySignal;
  readonly now: () => Date;
}

/** Makes the `RequestRuns` of one request: the common parts of its runs are put together once. */
export function requestRuns(parts: RequestRunsParts): RequestRuns {
  const { caller, depth, signal, now } = parts;
  const { requestId, traceparent } = parts.report;
  const { depth: above } = parts.arrival;
  const cause = { requestId, traceparent, depth: above, parent: null };
  const propagatedHeaders = {
    [DEPTH_HEADER]: depth.sign(above + 1),
    "x-request-id": requestId,
    traceparent,
  };
  return {
    propagatedHeaders,
    start: (trigger, own = {}) => ({
      id: newRunId(),
      startedAt: now(),
      trigger,
      request: null,
      response: null,
      observe: false,
      bodies: "readable",
      caller,
      signal,
      attempt: 0,
      propagatedHeaders,
      ...cause,
      ...own,
    }),
    queue: (workflow, trigger, id = newRunId()) => ({
      id,
      workflow,
      trigger,
      acceptedAt: now(),
      replayOf: null,
      ...cause,
    }),
  };
}
