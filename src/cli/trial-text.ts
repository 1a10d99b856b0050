import type { RunDetail, StepDetail } from "../model/history.ts";
import { type Json, isJsonObject, jsonText } from "../model/json.ts";
import type { HeldBack, Message, Rehearsed, SentRequest } from "../model/rehearsal.ts";
import { changedLines, linesOf } from "../rehearsal/subset.ts";
import { durationText, fitForTerminal, statusText, styled, tookOf } from "./terminal.ts";
import { stepTree } from "./runs/step-tree.ts";

/** Characters of a value that are shown. */
const SHOWN = 300;

/**
 * What came of a request, for a terminal: how it is read, the runs with their steps, what would be forwarded, the answer.
 *
 *     POST /posts:create: create of posts
 *
 *     reject-short-titles  failed  2.1 ms
 *     ├─ condition#0  condition  succeeded  1 ms
 *     …
 *     Not forwarded.
 *
 *     400
 *     { "errors": […] }
 */
export function trialText(tried: Rehearsed, live: boolean): string {
  const { request, reading, forwarded, answer, runs, heldBack, unanswered } = tried;
  const line = request === null ? "" : `${request.method} ${request.path}: `;
  const parts = [
    [styled("bold", `${line}${reading}`)],
    ...(runs.length === 0 ? [["No workflow runs."]] : runs.map((run) => runLines(run, heldBack))),
    forwardedLines(request, forwarded, live),
    unanswered.map((one) => `The upstream can't be asked ${one}`),
    answer === null ? [] : [answerHead(tried, live), `  ${answer.status}`, ...messageLines(answer)],
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map(unsteered).join("\n"))
    .join("\n\n");
}

/** The upstream has not seen a write that was not sent: what it answers is made up. */
const answerHead = ({ forwarded }: Rehearsed, live: boolean): string =>
  forwarded !== null && isWrite(forwarded) && !live
    ? "Answer, if the upstream does what it is asked"
    : "Answer";

const isWrite = ({ method }: SentRequest): boolean => !["GET", "HEAD", "OPTIONS"].includes(method);

/** Indents stay. */
const unsteered = (line: string): string => {
  const indent = /^ */.exec(line)?.[0] ?? "";
  return indent + fitForTerminal(line);
};

function runLines(run: RunDetail, heldBack: readonly HeldBack[]): string[] {
  const held = new Map(
    heldBack.flatMap((one) =>
      one.workflow === run.workflow ? [[one.step, `not sent: ${one.what}`]] : [],
    ),
  );
  const details = ({ path, input, result, status, attempt }: StepDetail) => [
    ...(hasParts(input) ? [`input   ${short(input)}`] : []),
    ...(status === "skipped" ? [] : [`result  ${short(result)}`]),
    ...(attempt === 1 && held.has(path) ? [held.get(path) ?? ""] : []),
  ];
  const error = run.error === null ? [] : [`error: ${run.error.message} [${run.error.code}]`];
  return [
    `${styled("bold", run.workflow)}  ${statusText(run.status)}  ${durationText(tookOf(run))}${watches(run) ? "  only watches" : ""}`,
    ...(run.steps.length === 0 ? ["no steps"] : stepTree(run.steps, details)),
    ...run.messages.map((message) => `message: ${message}`),
    ...error,
  ];
}

/** Whether a run changes nothing, by `observe` of its trigger. */
function watches({ definition: { source } }: RunDetail): boolean {
  const trigger = isJsonObject(source) ? source["trigger"] : null;
  return isJsonObject(trigger) && trigger["observe"] === true;
}

const hasParts = (input: Json): boolean =>
  typeof input === "object" && input !== null && Object.keys(input).length > 0;

const short = (value: Json): string => {
  const text = jsonText(value).replace(/(\\n|\s)+/g, " ");
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
};

/** Headers that the gateway adds to each request, or that only say how it is sent. */
const UNTOLD = new Set([
  "host",
  "connection",
  "content-length",
  "x-forwarded-for",
  "x-forwarded-proto",
  "x-forwarded-host",
  "x-request-id",
  "traceparent",
  "accept-encoding",
]);

/** Lines around a change: all of them. */
const WHOLE = 10_000;

/** The request as it goes on, as a difference from how it came. */
function forwardedLines(
  request: SentRequest | null,
  forwarded: SentRequest | null,
  live: boolean,
): string[] {
  if (request === null) return [];
  if (forwarded === null) return ["Not forwarded."];
  const how = isWrite(forwarded) && !live ? "Would be forwarded (--live sends it)" : "Forwarded";
  const changed = changedLines(requestText(request), requestText(forwarded), WHOLE);
  if (changed.length === 0) return [`${how} as it came.`];
  return [`${how}:`, ...changed.map((line) => `  ${coloured(line)}`)];
}

const coloured = (line: string): string =>
  line.startsWith("-") ? styled("red", line) : line.startsWith("+") ? styled("green", line) : line;

function requestText({ method, path, headers, body }: SentRequest): string {
  const told = Object.entries(headers)
    .filter(([name]) => !UNTOLD.has(name))
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}: ${value}`);
  const content = body === null ? [] : ["", textOf(body)];
  return [`${method} ${path}`, ...told, ...content].join("\n").trimEnd() + "\n";
}

/** Headers that answers have whatever they say. */
const USUAL =
  /^(date|connection|keep-alive|content-length|transfer-encoding|vary|etag|cache-control|pragma|expires|x-request-id|x-powered-by|x-content-type-options|access-control-.*)$/;

function messageLines({ headers, body }: Message): string[] {
  const named = Object.entries(headers).filter(([name]) => !USUAL.test(name));
  const content = body === null ? [] : ["", ...textOf(body).trimEnd().split("\n")];
  return [...named.map(([name, value]) => `${name}: ${value}`), ...content].map((line) =>
    `  ${line}`.trimEnd(),
  );
}

const textOf = (body: Json): string => (typeof body === "string" ? body : linesOf(body));
