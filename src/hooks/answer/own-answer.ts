import type { ReadyAnswer } from "../../model/caller.ts";
import type { Json } from "../../model/json.ts";
import type { RunEnd } from "../../model/run.ts";
import type { WorkflowResponse } from "../../model/step.ts";
import type { Workflow } from "../../model/workflow.ts";
import { isReportHeader } from "./workflow-headers.ts";

/** An answer that the gateway gives itself, in place of the upstream. */
export interface OwnAnswer extends WorkflowResponse {
  /** Messages that the body does not hold. */
  readonly messages: readonly string[];
  /** In place of all that: the upstream's own refusal of the caller. */
  readonly refusal?: ReadyAnswer;
}

/**
 * The answer that a run's end means for the request; null when the request goes on.
 *
 *     end succeeded           → 200 {"messages":[{"message":"…"}]}, {} without one
 *     end failed, refused     → 400 {"errors":[{"message":"…"}]}
 *     response                → as it says
 *     the caller was refused  → the upstream's 401 or 403
 *     erred, timed out, …     → 500 {"errors":[…messages so far…, {"message":"…","code":"WORKFLOW_ERROR"}]}
 *
 * @param before messages of the workflows that passed
 * @see docs/workflows.md, "Before an action"
 */
export function stopOf(
  { key, title }: Workflow,
  end: RunEnd,
  before: readonly string[],
): OwnAnswer | null {
  const messages = [...before, ...end.messages];
  const name = title === null ? key : `${key} (${title})`;
  if (end.status === "succeeded") {
    if (!end.stopped) return null;
    if (end.response !== null) return { ...withoutReport(end.response), messages };
    return doneAnswer(messages, undefined);
  }
  if (end.status === "failed") {
    const own = end.messages.length > 0 ? end.messages : [`Refused by workflow ${name}`];
    return answer(400, { errors: [...before, ...own].map(member) });
  }
  if (end.refusal) {
    return { status: end.refusal.status, headers: {}, body: null, messages, refusal: end.refusal };
  }
  const what = end.status === "timed-out" ? "took too long" : "met an error";
  const error = { message: `Workflow ${name} ${what}`, code: "WORKFLOW_ERROR" };
  return answer(500, { errors: [...messages.map(member), error] });
}

/** 200 `{}`; with the `messages` of runs that succeeded, and with the value of an `output` step (null too) as `data`. */
export const doneAnswer = (messages: readonly string[], output: Json | undefined): OwnAnswer =>
  answer(200, {
    ...(messages.length > 0 && { messages: messages.map(member) }),
    ...(output !== undefined && { data: output }),
  });

/** An answer that a workflow asks for, without headers that report on workflows: it has no say in those. */
export const withoutReport = (response: WorkflowResponse): WorkflowResponse => ({
  ...response,
  headers: Object.fromEntries(
    Object.entries(response.headers).filter(([name]) => !isReportHeader(name)),
  ),
});

const member = (message: string) => ({ message });

const answer = (status: number, body: Json): OwnAnswer => ({
  status,
  headers: {},
  body,
  messages: [],
});
