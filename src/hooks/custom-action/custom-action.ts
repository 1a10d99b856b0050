import type { Action } from "../../model/action.ts";
import type { ReadBody } from "../../model/body.ts";
import { GatewayError } from "../../model/errors.ts";
import type { RunEnd } from "../../model/run.ts";
import type { Workflow } from "../../model/workflow.ts";
import { sendOwn, sendReady } from "../answer/send.ts";
import { requestHead, identified } from "../request/head.ts";
import { clientGone } from "../request/client-gone.ts";
import type { HookParts } from "../hook-parts.ts";
import { nothingNamed, nothingToRun, unknownWorkflow, whyNothing } from "../plan/skip-errors.ts";
import { type WorkflowIndex, plan } from "../plan/plan.ts";
import { requestRuns } from "../request/runs.ts";
import { untouched } from "../request/draft.ts";
import { type OwnAnswer, doneAnswer, stopOf } from "../answer/own-answer.ts";
import { openHeaders, openQuery, requestContext } from "../request/context.ts";
import { parseTriggerWorkflows } from "../../model/trigger-workflows.ts";
import { type SoFar, runInSequence } from "../sequence.ts";
import type { Way } from "../way.ts";
import { loadData } from "./load.ts";

/**
 * The way of `POST /samples:trigger/1?triggerWorkflows=key`: who is calling, which workflows are to run, on what data; then
 * sync ones run, async ones are queued, and it is answered here. Nothing is forwarded.
 * @see docs/workflows.md, "Custom actions"
 */
export function customActionHooks(workflows: WorkflowIndex, parts: HookParts): Way<Action> {
  const { identify, readBody, unknownKeys, acceptance, run, depth, now } = parts;
  const { admit, isCredential } = parts;

  return async (request, response, action, report) => {
    const arrival = requestHead(request, depth);
    const who = await identified(request, response, arrival, identify);
    if ("answer" in who) return sendReady(response, who.answer, report);

    const { caller } = who;
    const mentions = parseTriggerWorkflows(arrival.query["triggerWorkflows"]);
    if (mentions.length === 0) throw nothingNamed();
    const body = readable(await readBody(request, "data"));
    const { custom, skipped } = plan(workflows, action, mentions, caller.roleName);
    report.skipped = skipped;
    if (skipped.length > 0 && unknownKeys === "reject") throw unknownWorkflow(skipped);
    if (custom.length === 0) {
      report.thrown = whyNothing(skipped);
      return sendOwn(response, nothingToRun(skipped), report);
    }

    const signal = clientGone(response);
    const runs = requestRuns({ arrival, report, caller, depth, signal, now });
    const access = { caller, signal: signal.signal, headers: runs.propagatedHeaders };
    const loaded = await loadData(custom, action, body.values, access, parts);
    if ("refusal" in loaded) return sendReady(response, loaded.refusal, report);

    const { path, query } = arrival;
    const context = requestContext(
      { request, action, caller, path, headers: openHeaders(request, isCredential) },
      untouched(body, openQuery(query)),
      { values: body.values, key: null, filter: null },
    );
    const ready = custom.map(({ workflow, trigger }, at) => ({
      workflow,
      sync: trigger.sync,
      context: { ...context, data: loaded.data[at] ?? null },
    }));
    for (const one of ready) await admit(one.workflow, [one.context]);
    const turns = ready
      .filter(({ sync }) => sync)
      .map((one) => ({ workflow: one.workflow, start: () => runs.start(one.context) }));
    const done = await runInSequence(turns, { run, report, messages: [], afterEach: stopAfter });
    if (done.stop !== null) return sendOwn(response, done.stop, report);

    const queued = ready
      .filter(({ sync }) => !sync)
      .map((one) => runs.queue(one.workflow, one.context));
    if (queued.length > 0) await acceptance.accept(queued);
    for (const { workflow, id } of queued) report.ran({ key: workflow.key, id, status: "queued" });
    return sendOwn(response, doneAnswer(done.messages, done.output), report);
  };
}

/** A body that no workflow could read is refused: nothing is forwarded, so it has no other reader. */
function readable(body: ReadBody): Extract<ReadBody, { kind: "read" }> {
  if (body.kind === "read" && (body.bytes === null || body.json || body.values !== null)) {
    return body;
  }
  throw new GatewayError("UNSUPPORTED_MEDIA_TYPE", "The body should be JSON, or a form");
}

/** The outcomes of a pre-action; an early success is answered with the value of an `output` step too. */
function stopAfter(workflow: Workflow, end: RunEnd, { messages, output }: SoFar): OwnAnswer | null {
  const early = end.status === "succeeded" && end.stopped && end.response === null;
  if (early) return doneAnswer([...messages, ...end.messages], output);
  return stopOf(workflow, end, messages);
}
