import type { ServerResponse } from "node:http";
import { pipeline } from "node:stream";
import { earlyAnswer } from "../../model/early-answer.ts";
import { withoutHeaders } from "../../model/headers.ts";
import { type Json, type JsonText, jsonText } from "../../model/json.ts";
import type { ResponseChange } from "../../model/response-draft.ts";
import { bytesOf, contentType, isBodiless, send, withReport } from "./send.ts";
import { type ReceivedAnswer, isSuccess } from "../../model/received-answer.ts";
import type { WorkflowReport } from "./workflow-report.ts";

/** Puts messages into an answer's body, beside the record; gives its text, or null where it has no place for them. */
export type MergeMessages = (body: JsonText, messages: readonly string[]) => string | null;

/** The changes to the upstream's answer on its way to the client. */
export interface AnswerChanges {
  /** The changes that `set-response` steps asked for. */
  readonly change: ResponseChange;
  readonly messages: readonly string[];
  /** Null where the upstream's API has no place for messages in a body. */
  readonly merge: MergeMessages | null;
}

/** Headers that are no longer true once a body is changed. In lower case. */
const OF_THE_BODY: ReadonlySet<string> = new Set([
  "content-length",
  "content-encoding",
  "etag",
  "content-md5",
  "digest",
  "content-digest",
  "repr-digest",
  "accept-ranges",
]);

/**
 * Sends the upstream's answer: as it came, except for the changes of workflows. Messages are put into the body where it has a
 * place for them. Otherwise (the body is not a JSON object, or the status is not 2xx) they go into the header.
 * @see docs/requests.md, "What an answer tells"
 */
export function sendAnswer(
  response: ServerResponse,
  answer: ReceivedAnswer,
  report: WorkflowReport,
  { change, messages, merge }: AnswerChanges,
): void {
  const status = change.status ?? answer.status;
  const emptied = change.status !== undefined && isBodiless(change.status);
  const replaced = emptied ? null : change.body;
  const said = replaced === undefined ? answer.json : textOf(replaced);
  const mayHold = messages.length > 0 && isSuccess(status) && said !== undefined;
  const merged = mayHold ? (merge?.(said, messages) ?? null) : null;
  const own = headersOf(answer, change.headers ?? {}, replaced, merged !== null);
  const headers = withReport(own, report, merged === null ? messages : []);
  response.sendDate = false;
  const body = merged ?? replaced;
  if (body !== undefined) {
    answer.rest?.destroy();
    return send(response, status, headers, bytesOf(body));
  }
  const reason = change.status === undefined ? answer.reason : undefined;
  response.writeHead(status, reason, [...headers, ...earlyAnswer(response)]);
  if (answer.rest === null) return void response.end(answer.bytes);
  if (answer.bytes.length > 0) response.write(answer.bytes);
  // A broken answer breaks the client's; no one is left to send an error to.
  pipeline(answer.rest, response, () => undefined);
}

const textOf = (value: Json): JsonText => ({ text: jsonText(value), value });

/**
 * The headers of the answer, as raw pairs.
 * @param set in place of those of the same name
 * @param replaced the body in place of its own; undefined: none
 * @param merged whether messages were put into the body
 */
function headersOf(
  answer: ReceivedAnswer,
  set: Readonly<Record<string, string>>,
  replaced: Json | undefined,
  merged: boolean,
): string[] {
  const gone = new Set(Object.keys(set));
  if (merged || replaced !== undefined) for (const name of OF_THE_BODY) gone.add(name);
  if (replaced !== undefined) gone.add("content-type");
  const type = replaced === undefined ? [] : contentType({ body: replaced, headers: set });
  return [...withoutHeaders(answer.headers, gone), ...type, ...Object.entries(set).flat()];
}
