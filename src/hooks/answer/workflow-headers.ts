import { type BareItem, DisplayString, Token, serializeItem } from "structured-headers";
import type { Skip } from "../plan/skip.ts";

/** A run as `Workflow-Runs` reports it. */
export interface ReportedRun {
  readonly key: string;
  readonly id: string;
  readonly status: string;
}

/** Whether a header, by its name in any case, is one of those in which the gateway reports on workflows. */
export const isReportHeader = (name: string): boolean => name.toLowerCase().startsWith("workflow-");

/** The most bytes of `Workflow-Messages`. */
const MESSAGES_LIMIT = 4096;

/** The most members of a list. */
const MEMBERS_LIMIT = 20;

/** The most characters of a key that a client made up. */
const TEXT_LIMIT = 128;

/**
 * `"reject-short-titles";id="0192…";status=succeeded`: the value of `Workflow-Runs`, empty without any. Keys of workflows, ids
 * and statuses hold nothing that would have to be escaped.
 */
export const runsValue = (runs: readonly ReportedRun[]): string =>
  listValue(runs.map(({ key, id, status }) => `"${key}";id="${id}";status=${status}`));

/** `"nosuch";reason=unknown`: the value of `Workflow-Skipped`, empty without any. */
export const skippedValue = (skipped: readonly Skip[]): string =>
  listValue(
    skipped.map(({ key, reason }) =>
      serializeItem(clientText(key), new Map([["reason", new Token(reason)]])),
    ),
  );

/** An RFC 9651 list of at most 20 members; the last one says how many more there were. */
function listValue(members: readonly string[]): string {
  const more = members.length - MEMBERS_LIMIT;
  if (more <= 0) return members.join(", ");
  return `${members.slice(0, MEMBERS_LIMIT).join(", ")};more=${more}`;
}

/** Text that a client sent: a string, or a display string where it is not ASCII. Cut where it is long. */
function clientText(text: string): BareItem {
  const short = text.slice(0, TEXT_LIMIT).replace(/\p{Cc}/gu, "\ufffd");
  return /^[\x20-\x7e]*$/.test(short) ? short : new DisplayString(short);
}

/**
 * `[{"message":"…"}]` in ASCII: the value of `Workflow-Messages`, empty without any. At most 4 kB; messages that do not fit
 * are dropped from the end.
 */
export function messagesValue(messages: readonly string[]): string {
  for (let count = messages.length; count > 0; count--) {
    const value = ascii(JSON.stringify(messages.slice(0, count).map((message) => ({ message }))));
    if (value.length <= MESSAGES_LIMIT) return value;
  }
  return "";
}

const ascii = (text: string) =>
  text.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
