import { headerValue } from "../../model/headers.ts";
import type { JsonObject } from "../../model/json.ts";
import { jsonAt } from "../../model/json-pointer.ts";
import { recordsReader } from "../request/body-records.ts";
import type { ForwardedRequest } from "../forwarded-request.ts";
import type { HookParts } from "../hook-parts.ts";
import type { ReceivedAnswer } from "../../model/received-answer.ts";
import { postActionContext } from "./context.ts";
import { dataFor, loadedRows } from "./data.ts";
import type { Candidate, Intent } from "./intent.ts";
import { recordKeys } from "./record-keys.ts";
import { rowsOf } from "./rows.ts";
import { shapeOf } from "./shape.ts";

/** A post-action workflow and the `trigger` of each of its runs. */
export interface Ready extends Candidate {
  readonly contexts: readonly JsonObject[];
}

/** The data of each workflow's runs. Whatever needs the caller's credentials is loaded here. */
export async function readyRuns(
  { concerned: { action, caller }, preActions, runs, report: { requestId } }: ForwardedRequest,
  request: JsonObject,
  { candidates }: Intent,
  answer: ReceivedAnswer,
  { primaryKeyOf, records, facts, isCredential, log }: HookParts,
): Promise<Ready[]> {
  const { values, query } = preActions.state;
  const { collection } = action;
  const primaryKey = primaryKeyOf(collection);
  const location = headerValue(answer.headers, "location");
  const submitted = recordsReader(facts, action, primaryKey)(values).records;
  const answerData =
    answer.json === undefined ? undefined : jsonAt(answer.json.value, facts.record);
  const shape = shapeOf(query, facts.shapes, primaryKey);
  const rows = rowsOf({
    answerData: shape === "disguised" ? undefined : answerData,
    shaped: shape !== "whole" || facts.written === "part",
    action: action.name,
    keys: recordKeys(action, values, submitted, location, primaryKey),
    primaryKey,
    submitted: submitted.map((record) => record.values),
  });
  const access = { caller, signal: new AbortController().signal, headers: runs.propagatedHeaders };
  const failed = (error: unknown) =>
    log.warn({ err: error, requestId, collection }, "a record can't be loaded for post-actions");
  const loading = { records, collection, access, failed };
  const dataOf = dataFor(await loadedRows(rows, loading), loading);
  const ready: Ready[] = [];
  for (const candidate of candidates) {
    const data = await dataOf(candidate);
    const contexts = data.map((one) => postActionContext(request, one, answer, isCredential));
    ready.push({ ...candidate, contexts });
  }
  return ready;
}
