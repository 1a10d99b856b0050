import type { IncomingMessage, ServerResponse } from "node:http";
import { mayHaveActed } from "../model/errors.ts";
import type { ReceivedAnswer } from "../model/received-answer.ts";
import type { SentAs } from "../model/upstream.ts";
import type { PostActionTrigger } from "../model/workflow.ts";
import type { HookParts } from "./hook-parts.ts";
import type { Planned } from "./plan/plan.ts";
import type { PreActionResult } from "./pre-actions.ts";
import type { RequestRuns } from "./request/runs.ts";
import type { Concerned } from "./request/context.ts";
import type { WorkflowReport } from "./answer/workflow-report.ts";

/** A request that pre-actions have let pass: it will be forwarded. */
export interface ForwardedRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly report: WorkflowReport;
  readonly concerned: Concerned;
  /** The request after its pre-actions, and their messages. */
  readonly preActions: PreActionResult;
  /** The request as it goes out. */
  readonly sentAs: SentAs;
  /** The post-actions to run when it has succeeded. */
  readonly after: readonly Planned<PostActionTrigger>[];
  readonly runs: RequestRuns;
}

/**
 * Has the upstream act, and reads its answer as far as it may tell of records. The report says whether the upstream may have
 * acted, also where this throws.
 * @throws {GatewayError} as `Upstream.forward` and `ReadAnswer`
 */
export async function forwardAndRead(
  { request, response, report, sentAs }: ForwardedRequest,
  signal: AbortSignal,
  { upstream, readAnswer }: Pick<HookParts, "upstream" | "readAnswer">,
): Promise<ReceivedAnswer> {
  try {
    const head = await upstream.forward(request, response, sentAs, signal);
    report.action = "performed";
    return await readAnswer(head);
  } catch (error) {
    report.action = actionOf(mayHaveActed(error));
    throw error;
  }
}

/** `performed` where the upstream may have been asked to act. */
export const actionOf = (sent: boolean): "performed" | "intercepted" =>
  sent ? "performed" : "intercepted";
