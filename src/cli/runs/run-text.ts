import type { RunDetail } from "../../model/history.ts";
import { type Json, type JsonObject, isJsonObject, jsonText } from "../../model/json.ts";
import type { StepFailure } from "../../model/step-error.ts";
import { durationText, fitForTerminal, statusText, styled, timeText, tookOf } from "../terminal.ts";
import { failureText, stepTree } from "./step-tree.ts";

/**
 * A run as a terminal shows it: its facts, one a line, and its steps as a tree.
 *
 *     run        0192f0c1-…
 *     workflow   check-title
 *     status     failed, 3.2 ms after 2026-11-28 14:03:07Z
 *     trigger    pre-action: create posts
 *     error      The service answered 503 [REQUEST_FAILED], at turns[0].pay
 *
 *     ├─ check  condition  succeeded  0.4 ms
 *     └─ refuse  end  failed  0.1 ms
 */
export function runText(run: RunDetail): string {
  const facts: [string, string | null][] = [
    ["run", run.id],
    ["workflow", run.workflow],
    ["status", statusLine(run)],
    ["trigger", triggerText(run.trigger) || null],
    ["error", run.error && failureAt(run.error)],
    ...run.messages.map((message): [string, string] => ["message", message]),
    ["output", run.output === null ? null : shortText(run.output)],
    ["attempt", run.attempt > 0 ? `${run.attempt + 1}, a process died over it` : null],
    ["parent", run.parent],
    ["replay of", run.replayOf],
    ["replayed as", run.replayedAs],
    ["request", run.requestId],
    ["trace", run.traceId],
    ["definition", run.definition.hash.slice(0, 12)],
  ];
  const told = facts.flatMap(([name, text]) =>
    text === null ? [] : [`${styled("dim", name.padEnd(11))} ${fitForTerminal(text)}`],
  );
  return [...told, "", ...(run.steps.length === 0 ? ["no steps"] : stepTree(run.steps))].join("\n");
}

function statusLine(run: RunDetail): string {
  const took = tookOf(run);
  const status = statusText(run.status);
  return took === null
    ? `${status}, since ${timeText(run.startedAt)}`
    : `${status}, ${durationText(took)} after ${timeText(run.startedAt)}`;
}

/** `pre-action: create posts 7, by 3`: what a context says of what it is about. */
function triggerText(trigger: Json): string {
  if (!isJsonObject(trigger)) return shortText(trigger);
  if (trigger["truncated"] === true)
    return `too large to be kept (${textOf(trigger["bytes"])} bytes)`;
  const { type, action, collection, params, user } = trigger;
  const key = isJsonObject(params) ? params["filterByTk"] : null;
  const what = [action, collection, key].map(textOf).filter((text) => text !== "");
  const who = isJsonObject(user) ? textOf(user["id"]) : "";
  return [
    [textOf(type), what.join(" ")].filter((text) => text !== "").join(": "),
    ...(who === "" ? [] : [`by ${who}`]),
  ].join(", ");
}

const textOf = (value: JsonObject[string] | undefined): string =>
  typeof value === "object" || value === undefined ? "" : String(value);

/** A failure with the path of its step. */
const failureAt = (failure: StepFailure): string =>
  failure.step === "" ? failureText(failure) : `${failureText(failure)}, at ${failure.step}`;

/** Characters of a value that are shown; all of them are in `--json`. */
const SHOWN = 200;

function shortText(value: Json): string {
  const text = jsonText(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
