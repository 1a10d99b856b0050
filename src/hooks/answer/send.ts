import type { ServerResponse } from "node:http";
import type { ReadyAnswer } from "../../model/caller.ts";
import { earlyAnswer } from "../../model/early-answer.ts";
import { FRAMING, withoutHeaders } from "../../model/headers.ts";
import { type Json, jsonText } from "../../model/json.ts";
import type { OwnAnswer } from "./own-answer.ts";
import { isReportHeader } from "./workflow-headers.ts";
import type { WorkflowReport } from "./workflow-report.ts";

/**
 * Sends an answer of the gateway's own. A text goes as text/plain, null as no body, anything else as JSON; a Content-Type of
 * its own wins.
 */
export function sendOwn(response: ServerResponse, answer: OwnAnswer, report: WorkflowReport): void {
  const { status, headers, body, messages, refusal } = answer;
  if (refusal) return sendReady(response, refusal, report, messages);
  const own = withoutHeaders(Object.entries(headers).flat(), FRAMING);
  const all = [...contentType(answer), ...own, ...report.headers(messages)];
  send(response, status, all, bytesOf(body));
}

/** Sends the upstream's own refusal, as it came. @param messages what its body does not hold */
export function sendReady(
  response: ServerResponse,
  { status, headers, body }: ReadyAnswer,
  report: WorkflowReport,
  messages: readonly string[] = [],
): void {
  send(response, status, withReport(withoutHeaders(headers, FRAMING), report, messages), body);
}

/** Sends an answer whose body is there, with its length. @param headers raw pairs without one */
export function send(
  response: ServerResponse,
  status: number,
  headers: readonly string[],
  body: Buffer,
): void {
  const length = isBodiless(status) ? [] : ["Content-Length", String(body.length)];
  response.writeHead(status, [...headers, ...length, ...earlyAnswer(response)]);
  response.end(isBodiless(status) ? EMPTY : body);
}

const EMPTY = Buffer.alloc(0);

/** Whether an answer of this status has no body, and says no length. RFC 9110, section 15. */
export const isBodiless = (status: number): boolean => status === 204 || status === 304;

/** A body as it is sent: null as none, a text as it is, anything else as JSON. */
export const bytesOf = (body: Json): Buffer =>
  Buffer.from(body === null ? "" : typeof body === "string" ? body : jsonText(body));

/** The Content-Type of a body as a raw pair, unless there is none, or `headers` says it. */
export function contentType({ body, headers }: Pick<OwnAnswer, "body" | "headers">): string[] {
  if (body === null || Object.keys(headers).some((name) => name.toLowerCase() === "content-type")) {
    return [];
  }
  return [
    "Content-Type",
    typeof body === "string" ? "text/plain; charset=utf-8" : "application/json",
  ];
}

/**
 * An upstream's headers with those that report on workflows, as raw pairs. Only the gateway sets `Workflow-*` headers: those
 * of the upstream are dropped. The upstream's `X-Request-Id`, if any, stays.
 * @param messages what the body does not hold
 */
export function withReport(
  own: readonly string[],
  report: WorkflowReport,
  messages: readonly string[],
): string[] {
  const headers: string[] = [];
  let hasId = false;
  for (let at = 0; at + 1 < own.length; at += 2) {
    const lower = (own[at] as string).toLowerCase();
    if (isReportHeader(lower)) continue;
    if (lower === "x-request-id") hasId = true;
    headers.push(own[at] as string, own[at + 1] as string);
  }
  const reported = report.headers(messages);
  headers.push(...(hasId ? withoutHeaders(reported, REQUEST_ID) : reported));
  return headers;
}

const REQUEST_ID: ReadonlySet<string> = new Set(["x-request-id"]);
