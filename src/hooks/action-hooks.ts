import type { RequestHandler, Response } from "express";
import { v7 as uuidv7 } from "uuid";
import type { Collection } from "../model/action.ts";
import type { ReadRequestBody } from "../model/body.ts";
import type { Caller, Identify } from "../model/caller.ts";
import type { RunStart, RunWorkflow } from "../model/run.ts";
import type { Upstream } from "../model/upstream.ts";
import type { Verdict } from "../model/verdict.ts";
import type { Workflow } from "../model/workflow.ts";
import { sendReady, sendStop } from "./answer.ts";
import { type Arrival, arrivalOf, identified } from "./arrival.ts";
import { DEPTH_HEADER, type Depth } from "./depth.ts";
import { type MergeParts, answerMerged } from "./merged-answer.ts";
import { nothingToRun, nothingNamed, unknownWorkflow } from "./mention-errors.ts";
import { outgoing, withoutMethodOverride } from "./outgoing.ts";
import { indexWorkflows, plan } from "./plan.ts";
import { runPreActions } from "./pre-actions.ts";
import { untouched } from "./request-state.ts";
import { openHeaders, openQuery, preActionContext } from "./trigger-context.ts";
import { parseTriggerWorkflows } from "./trigger-workflows.ts";
import { workflowHeaders } from "./workflow-headers.ts";

/** What the hooks need of other rooms. */
export interface HookParts {
  readonly workflows: readonly Workflow[];
  readonly collections: Readonly<Record<string, Collection>>;
  readonly unknownKeys: "skip" | "reject";
  /** Whether keys that no workflow has stay in the URL, for the upstream's own workflows. */
  readonly leaveUnknown: boolean;
  readonly identify: Identify;
  readonly readBody: ReadRequestBody;
  readonly run: RunWorkflow;
  readonly upstream: Pick<Upstream, "carry">;
  /** Puts messages into the answer's body; null where the header tells them. */
  readonly merging: MergeParts | null;
  readonly depth: Depth;
  readonly now: () => Date;
}

/** What the app hands on with a request. */
interface Locals {
  readonly verdict: Extract<Verdict, { way: "hooks" }>;
  readonly requestId: string;
}

/**
 * The way of a concerned request: who is calling, what it says, which workflows look at it, what they make of it; then it
 * is forwarded, or answered here. Whatever is thrown ends it there. The
 * verdict is in `response.locals`.
 */
export function actionHooks(parts: HookParts): RequestHandler {
  const { identify, readBody, unknownKeys, leaveUnknown, run, upstream, merging, depth, now } =
    parts;
  const workflows = indexWorkflows(parts.workflows, parts.collections);

  return async (request, response) => {
    const { verdict, requestId } = response.locals as Locals;
    const { action, line } = verdict;
    const arrival = arrivalOf(request, depth);
    const idHeader = ["X-Request-Id", requestId];
    const who = await identified(request, arrival, identify);
    if ("answer" in who) return sendReady(response, who.answer, idHeader);

    const mentions = parseTriggerWorkflows(arrival.query["triggerWorkflows"]);
    if (line === null && mentions.length === 0) throw nothingNamed(action);
    const body = await readBody(request);
    const { before, skipped } = plan(workflows, action, mentions, who.caller.roleName);
    if (skipped.length > 0 && unknownKeys === "reject") throw unknownWorkflow(skipped);
    if (line === null) throw nothingToRun(skipped);

    const { path, query } = arrival;
    const concerned = { request, action, caller: who.caller, path, headers: openHeaders(request) };
    const signal = clientGone(response);
    const { state, messages, runs, stop } = await runPreActions(
      before,
      withoutMethodOverride(untouched(body, openQuery(query))),
      {
        run,
        context: (current) => preActionContext(concerned, current),
        start: (trigger, draft, observe) => ({
          ...startOf(arrival, requestId, who.caller, depth, now()),
          trigger,
          request: draft,
          response: null,
          observe,
          signal,
        }),
      },
    );
    if (stop !== null) {
      const intercepted = {
        runs,
        skipped,
        action: "intercepted",
        messages: stop.messages,
      } as const;
      return sendStop(response, stop, [...idHeader, ...workflowHeaders(intercepted)]);
    }
    const unknown = leaveUnknown ? skipped.filter(({ reason }) => reason === "unknown") : [];
    const carriage = outgoing({
      request,
      line: unknown.length === 0 ? line : { ...line, path: withMentions(line.path, unknown) },
      body,
      state,
      keys: action.keys,
      set: [...idHeader, "traceparent", arrival.traceparent, ...depthHeader(arrival, depth)],
    });
    const told = (untold: readonly string[]) =>
      workflowHeaders({ runs, skipped, action: "performed", messages: untold });
    if (merging === null || messages.length === 0 || body.kind === "stream") {
      await upstream.carry(request, response, { ...carriage, answerHeaders: told(messages) });
      return;
    }
    const headers = (merged: boolean) => [...idHeader, ...told(merged ? [] : messages)];
    await answerMerged(request, response, carriage, messages, headers, signal, merging);
  };
}

/** What is the same for every run of one request. */
function startOf(
  { traceparent, depth: above }: Arrival,
  requestId: string,
  caller: Caller,
  depth: Depth,
  startedAt: Date,
): Omit<RunStart, "trigger" | "request" | "response" | "observe" | "signal"> {
  const headers = {
    [DEPTH_HEADER]: depth.sign(above + 1),
    "x-request-id": requestId,
    traceparent,
  };
  const run = { id: uuidv7(), startedAt, parent: null, attempt: 0 };
  return { ...run, caller, requestId, traceparent, depth: above, outgoing: headers };
}

/** A depth that this gateway signed goes on; anyone else's was dropped. */
const depthHeader = ({ depth: above }: Arrival, depth: Depth): string[] =>
  above === 0 ? [] : [DEPTH_HEADER, depth.sign(above)];

/** Aborted when the client goes away before it was answered. */
function clientGone(response: Response): AbortSignal {
  const gone = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) gone.abort();
  });
  return gone.signal;
}

/** Puts keys back into a path, for an upstream that has workflows of its own. */
function withMentions(path: string, unknown: readonly { readonly key: string }[]): string {
  const keys = unknown.map(({ key }) => encodeURIComponent(key)).join(",");
  return `${path}${path.includes("?") ? "&" : "?"}triggerWorkflows=${keys}`;
}
