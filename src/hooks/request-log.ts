import type { IncomingMessage, ServerResponse } from "node:http";
import type { Log } from "../model/log.ts";
import { requestEnd } from "../model/request-end.ts";
import { traceIdOf } from "../model/trace.ts";
import type { WorkflowReport } from "./answer/workflow-report.ts";
import type { AppVerdict } from "./app.ts";

/** The most runs that one line names. */
const MOST_RUNS = 20;

/** The most characters of a name that a client made up. */
const LONGEST_NAME = 128;

/**
 * Tells the log of a concerned request when it is over. Nothing of its query, its headers or its body is in the line, except
 * for its id and its trace. A request that no workflow looks at has no line.
 * @see docs/operation.md, "The log"
 */
export function logEnd(
  log: Pick<Log, "info">,
  request: IncomingMessage,
  response: ServerResponse,
  verdict: AppVerdict,
  report: WorkflowReport,
): void {
  if (verdict.way === "rewrite") return;
  const began = performance.now();
  response.once("close", () => {
    const { requestId, traceparent, runs, thrown } = report;
    log.info(
      {
        method: request.method,
        ...(verdict.way === "hooks" && named(verdict.action)),
        status: requestEnd(request, response),
        ...(thrown !== null && { code: thrown }),
        runs: runs
          .slice(0, MOST_RUNS)
          .map(({ key, id, status }) => ({ id, workflow: key, status })),
        ...(runs.length > MOST_RUNS && { moreRuns: runs.length - MOST_RUNS }),
        durationMs: Math.round((performance.now() - began) * 1_000) / 1_000,
        requestId,
        traceId: traceIdOf(traceparent),
      },
      "request",
    );
  });
}

/** What the request was about. A client may name collections and actions that are not there. */
const named = ({ collection, name }: { collection: string; name: string }) => ({
  collection: collection.slice(0, LONGEST_NAME),
  action: name.slice(0, LONGEST_NAME),
});
