import { mayHaveActed } from "../../model/errors.ts";
import { answerDraft } from "../answer-draft.ts";
import { sendStop } from "../answer.ts";
import { wholeRecord } from "../body-records.ts";
import type { HookParts } from "../hook-parts.ts";
import { type Passing, actionOf, toldOf } from "../passing.ts";
import { primaryKeyOf } from "../primary-key.ts";
import { type ReceivedAnswer, isSuccess, received } from "../received-answer.ts";
import { sendAnswer } from "../send-answer.ts";
import { toldError } from "../told-error.ts";
import { requestContext } from "../trigger-context.ts";
import type { Told } from "../workflow-headers.ts";
import { postActionContext } from "./context.ts";
import { type Intent, openIntent } from "./intent.ts";
import { askingKeyAlong, withoutKeys } from "./key-along.ts";
import { readyRuns } from "./ready.ts";
import { queueAsync, runSync, settle } from "./runs.ts";

/**
 * The way of a request that post-action workflows wait for: what is to run is recorded, the upstream acts, async runs are
 * queued, sync ones run, the client is answered. That the client goes away does not keep the action from being done.
 * @throws {GatewayError} STORE_UNAVAILABLE: then nothing was forwarded; what `Upstream.send` throws
 * @see SPEC.md, section 6
 */
export async function performWithPostActions(passing: Passing, parts: HookParts): Promise<void> {
  const { response, requestId, passage, concerned } = passing;
  const { intents, merge, isCredential, facts, log } = parts;
  const { state } = passage;
  const request = requestContext(concerned, state, wholeRecord(facts, state.values));
  const intent = await openIntent(
    passing.after,
    postActionContext(request, null, null, isCredential),
    passing.runs,
    intents,
  ).catch((error: unknown) => {
    const { messages } = passage;
    throw toldError(error, toldOf(passing, { action: "intercepted", messages }));
  });
  const primaryKey = primaryKeyOf(parts.collections, concerned.action.collection);
  const keyAlong = askingKeyAlong(passing, facts, primaryKey);
  const answer = await performed(
    { ...passing, carriage: keyAlong ?? passing.carriage },
    intent,
    parts,
  );
  const told = (more: Partial<Told>) => ["X-Request-Id", requestId, ...toldOf(passing, more)];
  if (!isSuccess(answer.status)) {
    intents.settle({ intent: intent.id, leaves: [] });
    const { messages } = passage;
    return sendAnswer(response, answer, {
      change: {},
      messages,
      merge,
      told: (untold) => told({ messages: untold }),
    });
  }

  if (answer.unreadable !== null) {
    const { collection } = concerned.action;
    log.warn(
      { requestId, collection, why: answer.unreadable },
      "the upstream's answer can't be read",
    );
  }
  const ready = await readyRuns(passing, request, intent, answer, parts);
  const queued = await queueAsync(ready, intent, passing, parts);
  const hidden = keyAlong === null ? undefined : answer.json;
  const draft = answerDraft(hidden && { body: withoutKeys(hidden, facts.record, primaryKey) });
  const sync = await runSync(ready, draft, passing, parts);
  settle(intent, ready, queued, sync, parts);

  const runs = [...sync.runs, ...queued.runs];
  const error = queued.error ?? (answer.unreadable === null ? null : "ANSWER_UNREADABLE");
  if (sync.stop !== null) {
    answer.rest?.destroy();
    return sendStop(response, sync.stop, told({ runs, error }));
  }
  sendAnswer(response, answer, {
    change: draft.asked(),
    messages: sync.messages,
    merge,
    told: (messages) => told({ runs, error, messages }),
  });
}

/** Has the upstream act. When nobody can know whether it did, the intent's runs are unconfirmed. */
async function performed(
  passing: Passing,
  intent: Intent,
  parts: HookParts,
): Promise<ReceivedAnswer> {
  const { request, response, carriage, passage } = passing;
  const { upstream, intents } = parts;
  const { signal } = new AbortController();
  try {
    return await received(await upstream.forward(request, response, carriage, signal), parts);
  } catch (error) {
    const sent = mayHaveActed(error);
    if (sent) await intents.unconfirmed(intent.id);
    else intents.settle({ intent: intent.id, leaves: [] });
    const { messages } = passage;
    throw toldError(error, toldOf(passing, { action: actionOf(sent), messages }));
  }
}
