import type { Request, RequestHandler, Response } from "express";
import { mayHaveActed } from "../model/errors.ts";
import type { Verdict } from "../model/verdict.ts";
import type { TranslatedLine } from "../model/upstream-api.ts";
import { sendReady, sendStop } from "./answer.ts";
import { type Arrival, arrivalOf, identified } from "./arrival.ts";
import { recordsReader, wholeReader } from "./body-records.ts";
import { bodyRule } from "./body-rule.ts";
import { clientGone } from "./client-gone.ts";
import { DEPTH_HEADER, type Depth } from "./depth.ts";
import type { HookParts } from "./hook-parts.ts";
import { unknownWorkflow } from "./mention-errors.ts";
import { offeringReadable, outgoing } from "./outgoing.ts";
import { type Passing, actionOf, toldOf } from "./passing.ts";
import { type WorkflowIndex, plan } from "./plan.ts";
import { performWithPostActions } from "./post-action/perform.ts";
import { runPreActions } from "./pre-actions.ts";
import { received } from "./received-answer.ts";
import { primaryKeyOf } from "./primary-key.ts";
import { requestRuns } from "./request-runs.ts";
import { untouched } from "./request-state.ts";
import { sendAnswer } from "./send-answer.ts";
import { toldError } from "./told-error.ts";
import { openHeaders, openQuery, requestContext } from "./trigger-context.ts";
import { type Mention, mentionText, parseTriggerWorkflows } from "../model/trigger-workflows.ts";

/** What the app hands on with a request that is to be forwarded. */
interface Locals {
  readonly verdict: Extract<Verdict, { way: "hooks" }> & { readonly line: TranslatedLine };
  readonly requestId: string;
}

/** What an answer tells as long as the upstream was not asked to act. */
const INTERCEPTED = ["Workflow-Action", "intercepted"];

/**
 * The way of a concerned request: who is calling, what it says, which workflows look at it, what they make of it; then it
 * is forwarded, or answered here. Whatever is thrown ends it there. The verdict is in `response.locals`.
 */
export function actionHooks(workflows: WorkflowIndex, parts: HookParts): RequestHandler {
  const { identify, readBody, unknownKeys, leaveUnknown, run, depth, isCredential, now } = parts;
  const { facts, collections, recordLimit, merge } = parts;

  return async (request, response) => {
    const signal = clientGone(response);
    const passing = await passed(request, response, signal).catch((error: unknown) => {
      throw toldError(error, INTERCEPTED);
    });
    if (passing !== null) await forward(passing, signal, parts);
  };

  /** The request as pre-actions have let it pass; null when it is answered. */
  async function passed(
    request: Request,
    response: Response,
    signal: AbortSignal,
  ): Promise<Passing | null> {
    const { verdict, requestId } = response.locals as Locals;
    const { action, line } = verdict;
    const arrival = arrivalOf(request, depth);
    const idHeader = ["X-Request-Id", requestId];
    const who = await identified(request, response, arrival, identify);
    if ("answer" in who) {
      sendReady(response, who.answer, [...idHeader, ...INTERCEPTED]);
      return null;
    }

    const { caller } = who;
    const mentions = parseTriggerWorkflows(arrival.query["triggerWorkflows"]);
    const { before, after, skipped } = plan(workflows, action, mentions, caller.roleName);
    const body = await readBody(request, bodyRule(workflows, request, action, before));
    if (skipped.length > 0 && unknownKeys === "reject") throw unknownWorkflow(skipped);

    const { path, query } = arrival;
    const headers = openHeaders(request, isCredential);
    const concerned = { request, action, caller, path, headers };
    const runs = requestRuns({ arrival, requestId, caller, depth, signal, now });
    const passage = await runPreActions(before, untouched(body, openQuery(query)), {
      run,
      records: recordsReader(facts, action, primaryKeyOf(collections, action.collection)),
      whole: wholeReader(facts),
      recordLimit,
      context: (current, record) => requestContext(concerned, current, record),
      start: (trigger, draft, observe) => runs.start(trigger, { request: draft, observe }),
    });
    if (passage.stop !== null) {
      const { messages } = passage.stop;
      const told = toldOf({ passage, skipped }, { action: "intercepted", messages });
      sendStop(response, passage.stop, [...idHeader, ...told]);
      return null;
    }

    const unknown = leaveUnknown ? mentions.filter(({ key }) => !workflows.byKey.has(key)) : [];
    const sent = outgoing({
      request,
      line: unknown.length === 0 ? line : { ...line, path: withMentions(line.path, unknown) },
      body,
      state: passage.state,
      keys: action.keys,
      set: [...idHeader, "traceparent", arrival.traceparent, ...depthHeader(arrival, depth)],
    });
    const isRead = after.length > 0 || (merge !== null && passage.messages.length > 0);
    const carriage = isRead ? offeringReadable(sent) : sent;
    const on = { request, response, requestId, concerned, passage, carriage };
    return { ...on, after, skipped, runs };
  }
}

/** Has the upstream do what is asked. Its answer streams to the client, unless something must be read of it or put into it. */
async function forward(passing: Passing, signal: AbortSignal, parts: HookParts): Promise<void> {
  const { request, response, carriage, passage, requestId } = passing;
  const { upstream, merge } = parts;
  if (passing.after.length > 0) return performWithPostActions(passing, parts);

  const { messages } = passage;
  if (merge === null || messages.length === 0) {
    const answerHeaders = (sent: boolean) => toldOf(passing, { action: actionOf(sent), messages });
    await upstream.carry(request, response, { ...carriage, answerHeaders });
    return;
  }
  const answer = await upstream
    .forward(request, response, carriage, signal)
    .then((head) => received(head, parts))
    .catch((error: unknown) => {
      throw toldError(error, toldOf(passing, { action: actionOf(mayHaveActed(error)), messages }));
    });
  sendAnswer(response, answer, {
    change: {},
    messages,
    merge,
    told: (untold) => ["X-Request-Id", requestId, ...toldOf(passing, { messages: untold })],
  });
}

/** A depth that this gateway signed goes on; anyone else's was dropped. */
const depthHeader = ({ depth: above }: Arrival, depth: Depth): string[] =>
  above === 0 ? [] : [DEPTH_HEADER, depth.sign(above)];

/** Puts mentions back into a path, for an upstream that has workflows of its own. */
function withMentions(path: string, unknown: readonly Mention[]): string {
  const texts = unknown.map(mentionText).map(encodeURIComponent).join(",");
  return `${path}${path.includes("?") ? "&" : "?"}triggerWorkflows=${texts}`;
}
