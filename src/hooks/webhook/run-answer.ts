import type { RunEnd } from "../../model/run.ts";
import type { WorkflowResponse } from "../../model/step.ts";
import type { Workflow } from "../../model/workflow.ts";
import { doneAnswer, stopOf } from "../answer/own-answer.ts";
import { messagesValue } from "../answer/workflow-headers.ts";

/**
 * The answer to the sender of a sync webhook.
 *
 *     a `response` step       → as it says, messages in the header
 *     succeeded               → 200 {"messages":[…],"data":…}, {} with neither
 *     failed, erred, canceled → 500 {"errors":[…]}
 *     past its timeout        → 504 {"errors":[…]}
 * @see docs/webhooks.md, "What the sender is answered"
 */
export function runAnswer(workflow: Workflow, end: RunEnd): WorkflowResponse {
  const own = end.status === "succeeded" && end.response === null;
  const stop = own ? null : stopOf(workflow, end, []);
  const { status, headers, body, messages } = stop ?? doneAnswer(end.messages, end.output);
  if (end.status !== "succeeded") {
    return { status: end.status === "timed-out" ? 504 : 500, headers, body };
  }
  const unplaced = messagesValue(messages);
  if (unplaced === "") return { status, headers, body };
  return { status, headers: { ...headers, "Workflow-Messages": unplaced }, body };
}
