import type { IncomingMessage, ServerResponse } from "node:http";
import type { Action } from "../model/action.ts";
import type { LazySignal } from "../model/lazy-signal.ts";
import type { TranslatedLine } from "../model/upstream-api.ts";
import { sendOwn, sendReady, withReport } from "./answer/send.ts";
import { type RequestHead, requestHead, identified } from "./request/head.ts";
import { assertNamedOnce, recordsReader, wholeReader } from "./request/body-records.ts";
import { bodyRule } from "./plan/body-rule.ts";
import { clientGone } from "./request/client-gone.ts";
import { DEPTH_HEADER, type Depth } from "./request/depth.ts";
import { type ForwardedRequest, actionOf, forwardAndRead } from "./forwarded-request.ts";
import type { HookParts } from "./hook-parts.ts";
import { asLeft } from "./plan/skip.ts";
import { unknownWorkflow } from "./plan/skip-errors.ts";
import { offeringReadable, forwardedAs } from "./request/forwarded.ts";
import { type WorkflowIndex, plan } from "./plan/plan.ts";
import { performWithPostActions } from "./post-action/perform.ts";
import { runPreActions } from "./pre-actions.ts";
import { requestRuns } from "./request/runs.ts";
import { draftOf, untouched } from "./request/draft.ts";
import { sendAnswer } from "./answer/send-upstream.ts";
import { openHeaders, openQuery, requestContext } from "./request/context.ts";
import { parseTriggerWorkflows, withMentions } from "../model/trigger-workflows.ts";
import type { Way } from "./way.ts";
import { isReportHeader } from "./answer/workflow-headers.ts";
import type { WorkflowReport } from "./answer/workflow-report.ts";

/** A request that is to be forwarded: its action, and the request line to forward it with. */
export interface ActionRequest {
  readonly action: Action;
  readonly line: TranslatedLine;
}

/**
 * The way of a concerned request: its caller is identified, its body read, its workflows planned and run; then the request is
 * forwarded, or answered here.
 */
export function actionHooks(workflows: WorkflowIndex, parts: HookParts): Way<ActionRequest> {
  const { identify, readBody, unknownKeys, leaveUnknown, run, depth, isCredential, now } = parts;
  const { admit, facts, primaryKeyOf, recordLimit, merge } = parts;

  return async (request, response, verdict, report) => {
    const signal = clientGone(response);
    // Until the request is forwarded, the upstream has not been asked to act.
    report.action = "intercepted";
    const forwarded = await beforeForwarding(request, response, verdict, report, signal);
    if (forwarded !== null) await forward(forwarded, signal, parts);
  };

  /** The request as pre-actions have let it pass; null when it is answered. */
  async function beforeForwarding(
    request: IncomingMessage,
    response: ServerResponse,
    { action, line }: ActionRequest,
    report: WorkflowReport,
    signal: LazySignal,
  ): Promise<ForwardedRequest | null> {
    const { requestId } = report;
    const arrival = requestHead(request, depth);
    const who = await identified(request, response, arrival, identify);
    if ("answer" in who) {
      sendReady(response, who.answer, report);
      return null;
    }

    const { caller } = who;
    const mentions = parseTriggerWorkflows(arrival.query["triggerWorkflows"]);
    const { before, after, skipped } = plan(workflows, action, mentions, caller.roleName);
    report.skipped = leaveUnknown ? skipped.map(asLeft) : skipped;
    const body = await readBody(request, bodyRule(workflows, request, action, before));
    if (skipped.length > 0 && unknownKeys === "reject") throw unknownWorkflow(skipped);

    const current = untouched(body, openQuery(arrival.query));
    if (action.keys.length === 0) assertNamedOnce(facts, action, current.values);

    const { path } = arrival;
    const headers = openHeaders(request, isCredential);
    const concerned = { request, action, caller, path, headers };
    const runs = requestRuns({ arrival, report, caller, depth, signal, now });
    const preActions = await runPreActions(before, current, {
      run,
      report,
      records: recordsReader(facts, action, primaryKeyOf(action.collection)),
      whole: wholeReader(facts),
      recordLimit,
      admit,
      context: (state, record) => requestContext(concerned, state, record),
      draft: (state) => draftOf(state, isCredential),
      start: (trigger, draft, observe) => runs.start(trigger, { request: draft, observe }),
    });
    if (preActions.stop !== null) {
      sendOwn(response, preActions.stop, report);
      return null;
    }
    report.messages = preActions.messages;

    const unknown = leaveUnknown ? mentions.filter(({ key }) => !workflows.byKey.has(key)) : [];
    const sent = forwardedAs({
      request,
      line: unknown.length === 0 ? line : { ...line, path: withMentions(line.path, unknown) },
      body,
      state: preActions.state,
      keys: action.keys,
      withheld: facts.withheld,
      set: {
        "x-request-id": requestId,
        traceparent: report.traceparent,
        ...depthHeader(arrival, depth),
      },
    });
    const isRead = after.length > 0 || (merge !== null && preActions.messages.length > 0);
    const sentAs = isRead ? offeringReadable(sent) : sent;
    return { request, response, report, concerned, preActions, sentAs, after, runs };
  }
}

/** Forwards the request. The answer streams to the client, unless it must be read or changed. */
async function forward(
  forwarded: ForwardedRequest,
  signal: LazySignal,
  parts: HookParts,
): Promise<void> {
  if (forwarded.after.length > 0) return performWithPostActions(forwarded, parts);

  const { request, response, report, sentAs, preActions } = forwarded;
  const { upstream, merge } = parts;
  const { messages } = preActions;
  if (merge !== null && messages.length > 0) {
    const answer = await forwardAndRead(forwarded, signal.signal, parts);
    return sendAnswer(response, answer, report, { change: {}, messages, merge });
  }
  await upstream.stream(request, response, {
    ...sentAs,
    answer: {
      head(own, sent) {
        report.action = actionOf(sent);
        return withReport(own, report, messages);
      },
      passes: (name) => !isReportHeader(name),
    },
  });
}

/** Passes on the depth that the request came with, if this gateway signed it. */
const depthHeader = ({ depth: above }: RequestHead, depth: Depth): Record<string, string> =>
  above === 0 ? {} : { [DEPTH_HEADER]: depth.sign(above) };
