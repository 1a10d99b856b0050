import { type BareItem, DisplayString, type Item, Token, serializeList } from "structured-headers";
import type { ErrorCode } from "../model/errors.ts";
import type { Skip } from "./skip.ts";

/** A run as `Workflow-Runs` tells it. */
export interface ToldRun {
  readonly key: string;
  readonly id: string;
  readonly status: string;
}

/** What an answer tells of the workflows around it. SPEC, section 9. */
export interface Told {
  readonly runs: readonly ToldRun[];
  readonly skipped: readonly Skip[];
  /** Null on `trigger` and webhook requests, where the upstream has nothing to perform. */
  readonly action: "performed" | "intercepted" | null;
  /** Messages that the body can't hold. */
  readonly messages: readonly string[];
  /** Why runs that were to be queued were not. */
  readonly error?: ErrorCode | null;
}

/** The most bytes of `Workflow-Messages`. */
const MESSAGES_LIMIT = 4096;

/** The most members of a list. */
const MEMBERS_LIMIT = 20;

/** The most characters of a key that a client made up. */
const TEXT_LIMIT = 128;

/**
 * The `Workflow-*` headers of an answer, as raw pairs. Empty ones are left out.
 *
 *     Workflow-Runs: "reject-short-titles";id="0192…";status=succeeded
 *     Workflow-Skipped: "nosuch";reason=unknown
 */
export function workflowHeaders({ runs, skipped, action, messages, error }: Told): string[] {
  const told: [string, string][] = [
    ["Workflow-Runs", listValue(runs.map(runMember))],
    ["Workflow-Skipped", listValue(skipped.map(skipMember))],
    ["Workflow-Action", action ?? ""],
    ["Workflow-Error", error ?? ""],
    ["Workflow-Messages", messagesValue(messages)],
  ];
  return told.filter(([, value]) => value !== "").flat();
}

const runMember = ({ key, id, status }: ToldRun): Item =>
  member(key, [
    ["id", id],
    ["status", new Token(status)],
  ]);

const skipMember = ({ key, reason }: Skip): Item =>
  member(clientText(key), [["reason", new Token(reason)]]);

const member = (item: BareItem, parameters: [string, BareItem][]): Item => [
  item,
  new Map(parameters),
];

/** An RFC 9651 list of at most 20 members; the last one says how many more there were. */
function listValue(members: Item[]): string {
  const shown = members.slice(0, MEMBERS_LIMIT);
  if (members.length > shown.length) shown.at(-1)?.[1].set("more", members.length - shown.length);
  return serializeList(shown);
}

/** Text that a client sent: a string, or a display string where it is not ASCII. Cut where it is long. */
function clientText(text: string): BareItem {
  const short = text
    .slice(0, TEXT_LIMIT)

    .replace(/\p{Cc}/gu, "\ufffd");
  return /^[\x20-\x7e]*$/.test(short) ? short : new DisplayString(short);
}

/** `[{"message":"…"}]` in ASCII; what does not fit is dropped from the end. */
function messagesValue(messages: readonly string[]): string {
  for (let count = messages.length; count > 0; count--) {
    const value = ascii(JSON.stringify(messages.slice(0, count).map((message) => ({ message }))));
    if (value.length <= MESSAGES_LIMIT) return value;
  }
  return "";
}

const ascii = (text: string) =>
  text.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
