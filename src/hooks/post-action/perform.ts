import { mayHaveActed } from "../../model/errors.ts";
import { answerDraft } from "../answer/draft.ts";
import { sendOwn } from "../answer/send.ts";
import { wholeRecord } from "../request/body-records.ts";
import { type ForwardedRequest, forwardAndRead } from "../forwarded-request.ts";
import type { HookParts } from "../hook-parts.ts";
import { type ReceivedAnswer, isSuccess } from "../../model/received-answer.ts";
import { sendAnswer } from "../answer/send-upstream.ts";
import { requestContext } from "../request/context.ts";
import { postActionContext } from "./context.ts";
import { type Intent, openIntent } from "./intent.ts";
import { askingKeyAlong, withoutKeys } from "./key-along.ts";
import { readyRuns } from "./ready.ts";
import { queueAsync, runSync, settle } from "./runs.ts";

/**
 * The way of a request that post-action workflows wait for: the runs to come are recorded, the upstream acts, async runs are
 * queued, sync ones run, the client is answered. The action is done even if the client goes away.
 * @throws {GatewayError} STORE_UNAVAILABLE: then nothing was forwarded; and as `Upstream.send`
 * @see docs/workflows.md, "After an action"
 */
export async function performWithPostActions(
  forwarded: ForwardedRequest,
  parts: HookParts,
): Promise<void> {
  const { response, report, preActions, concerned } = forwarded;
  const { intents, merge, isCredential, facts, log } = parts;
  const { state } = preActions;
  const request = requestContext(concerned, state, wholeRecord(facts, state.values));
  const intent = await openIntent(
    forwarded.after,
    postActionContext(request, null, null, isCredential),
    forwarded.runs,
    intents,
  );
  const primaryKey = parts.primaryKeyOf(concerned.action.collection);
  const keyAlong = askingKeyAlong(forwarded, facts, primaryKey);
  const sentAs = keyAlong ?? forwarded.sentAs;
  const answer = await performed({ ...forwarded, sentAs }, intent, parts);
  if (!isSuccess(answer.status)) {
    intents.settle({ intent: intent.id, leaves: [] });
    const { messages } = preActions;
    return sendAnswer(response, answer, report, { change: {}, messages, merge });
  }

  if (answer.unreadable !== null) {
    const { collection } = concerned.action;
    log.warn(
      { requestId: report.requestId, collection, why: answer.unreadable },
      "the upstream's answer can't be read",
    );
  }
  const ready = await readyRuns(forwarded, request, intent, answer, parts);
  const queued = await queueAsync(ready, intent, forwarded, parts);
  const hidden = keyAlong === null ? undefined : answer.json;
  const draft = answerDraft(hidden && { body: withoutKeys(hidden, facts.record, primaryKey) });
  const sync = await runSync(ready, draft, forwarded, parts);
  settle(intent, ready, queued, sync, parts);

  // Those that are queued are reported behind those that have run.
  for (const run of queued.runs) report.ran(run);
  report.error = queued.error ?? (answer.unreadable === null ? null : "ANSWER_UNREADABLE");
  if (sync.stop !== null) {
    answer.rest?.destroy();
    return sendOwn(response, sync.stop, report);
  }
  sendAnswer(response, answer, report, {
    change: draft.asked(),
    messages: sync.messages,
    merge,
  });
}

/** Has the upstream act. When it can't be known whether the upstream acted, the intent's runs become unconfirmed. */
async function performed(
  forwarded: ForwardedRequest,
  intent: Intent,
  parts: HookParts,
): Promise<ReceivedAnswer> {
  const { intents } = parts;
  // Not the client's signal: the action is done even if the client goes away.
  const { signal } = new AbortController();
  try {
    return await forwardAndRead(forwarded, signal, parts);
  } catch (error) {
    if (mayHaveActed(error)) await intents.unconfirmed(intent.id);
    else intents.settle({ intent: intent.id, leaves: [] });
    throw error;
  }
}
