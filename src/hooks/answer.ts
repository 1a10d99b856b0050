import type { ServerResponse } from "node:http";
import type { ReadyAnswer } from "../model/caller.ts";
import { earlyAnswer } from "../model/early-answer.ts";
import { HOP_BY_HOP, headerPairs, withoutHeaders } from "../model/headers.ts";
import { type Json, jsonText } from "../model/json.ts";
import type { Stop } from "./stop.ts";

/** Of an answer made here, the length is ours to say. */
const FRAMING: ReadonlySet<string> = new Set([...HOP_BY_HOP, "content-length"]);

/**
 * Sends the answer that a workflow gave. A text goes as text/plain, null as no body, anything else as JSON; a
 * Content-Type of its own wins.
 * @param told raw pairs that tell of the workflows
 */
export function sendStop(response: ServerResponse, stop: Stop, told: readonly string[]): void {
  if (stop.refusal) return sendReady(response, stop.refusal, told);
  const own = withoutHeaders(Object.entries(stop.headers).flat(), FRAMING);
  send(response, stop.status, [...contentType(stop), ...own, ...told], bytesOf(stop.body));
}

/** Sends the upstream's own refusal, as it came. @param told raw pairs beside its own */
export function sendReady(
  response: ServerResponse,
  { status, headers, body }: ReadyAnswer,
  told: readonly string[],
): void {
  send(response, status, withTold(withoutHeaders(headers, FRAMING), told), body);
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
export function contentType({ body, headers }: Pick<Stop, "body" | "headers">): string[] {
  if (body === null || Object.keys(headers).some((name) => name.toLowerCase() === "content-type")) {
    return [];
  }
  return [
    "Content-Type",
    typeof body === "string" ? "text/plain; charset=utf-8" : "application/json",
  ];
}

/**
 * An upstream's headers with those that the gateway adds, as raw pairs. What tells of the workflows is the gateway's alone to
 * say; of the request's id, the upstream's word counts. SPEC, section 9.
 */
export function withTold(own: readonly string[], told: readonly string[]): string[] {
  const names = new Set(headerPairs(told).map(([name]) => name.toLowerCase()));
  const ownNames = new Set(headerPairs(own).map(([name]) => name.toLowerCase()));
  names.delete("x-request-id");
  const added = ownNames.has("x-request-id")
    ? withoutHeaders(told, new Set(["x-request-id"]))
    : told;
  return [...withoutHeaders(own, names), ...added];
}
