import type { ServerResponse } from "node:http";
import type { ReadyAnswer } from "../model/caller.ts";
import { HOP_BY_HOP, withoutHeaders } from "../model/headers.ts";
import type { Stop } from "./stop.ts";

/** Of an answer made here, the length is ours to say. */
const FRAMING: ReadonlySet<string> = new Set([...HOP_BY_HOP, "content-length"]);

/**
 * Sends the answer that a workflow gave. A text goes as text/plain, null as no body, anything else as JSON; a
 * Content-Type of its own wins.
 * @param told raw pairs that tell of the workflows
 */
export function sendStop(response: ServerResponse, stop: Stop, told: readonly string[]): void {
  const { body } = stop;
  const bytes = Buffer.from(
    body === null ? "" : typeof body === "string" ? body : JSON.stringify(body),
  );
  const own = withoutHeaders(Object.entries(stop.headers).flat(), FRAMING);
  send(response, stop.status, [...contentType(stop), ...own, ...told], bytes);
}

/** Sends the upstream's own refusal, as it came. @param told raw pairs beside its own */
export function sendReady(
  response: ServerResponse,
  { status, headers, body }: ReadyAnswer,
  told: readonly string[],
): void {
  send(response, status, [...withoutHeaders(headers, FRAMING), ...told], body);
}

function send(response: ServerResponse, status: number, headers: string[], body: Buffer): void {
  const bodiless = status === 204 || status === 304;
  const length = bodiless ? [] : ["Content-Length", String(body.length)];
  // An upload that nobody reads would hold the connection; the client is told that it ends here.
  const last = response.req.complete ? [] : ["Connection", "close"];
  response.writeHead(status, [...headers, ...length, ...last]);
  response.end(bodiless ? undefined : body);
}

function contentType({ body, headers }: Stop): string[] {
  if (body === null || Object.keys(headers).some((name) => name.toLowerCase() === "content-type")) {
    return [];
  }
  return [
    "Content-Type",
    typeof body === "string" ? "text/plain; charset=utf-8" : "application/json",
  ];
}
