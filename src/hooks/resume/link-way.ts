import type { Request, Response } from "express";
import type { Action } from "../../model/action.ts";
import { GatewayError } from "../../model/errors.ts";
import { type Json, isJsonObject, jsonText, parseBounded } from "../../model/json.ts";
import { BODY_BOUNDS } from "../../model/json-bounds.ts";
import type { WaitOutcome } from "../../model/wait-answer.ts";
import { send } from "../answer/send.ts";
import type { HookParts } from "../hook-parts.ts";
import type { Way } from "../way.ts";
import { PAGE_HEADERS, questionPage, tellingPage } from "./page.ts";

/** The answer of a client: from the page's form, or JSON. */
interface Sent {
  readonly choice: string | null;
  readonly body: Json;
  readonly isForm: boolean;
}

/**
 * The way of `workflows:resume/<token>`. POST answers the step `wait`, once. GET and HEAD show the page that asks, and change
 * nothing: mail scanners follow links. The token itself is the credential, and no cookie is: another site that has a form sent
 * would have to know it.
 * @see docs/operation.md, "Runs that wait for an answer"
 */
export function resumeLinkWay({
  resumeLinks,
  answerWait,
  readBytes,
}: Pick<HookParts, "resumeLinks" | "answerWait" | "readBytes">): Way<Action> {
  return async (request, response, { keys, parent }) => {
    const token = keys.length === 1 && parent === null ? (keys[0] ?? "") : "";
    const place = resumeLinks.read(token);
    if (place === null) throw new GatewayError("FORBIDDEN", "This link is not valid");
    if (request.method === "GET" || request.method === "HEAD") {
      return showPage(response, await answerWait(place, null));
    }
    if (request.method !== "POST") {
      const message = "A run is resumed by POST; GET shows what is asked";
      throw new GatewayError("METHOD_NOT_ALLOWED", message, {
        headers: { Allow: "GET, HEAD, POST" },
      });
    }
    const { isForm, ...sent } = await answerIn(request, readBytes);
    const came = await answerWait(place, { ...sent, by: "link" });
    if (isForm) return showPage(response, came);
    assertDone(came);
    sendText(response, 200, JSON_HEADERS, jsonText({ resumed: true, choice: sent.choice }));
  };
}

const JSON_HEADERS = ["Content-Type", "application/json", "Cache-Control", "no-store"];

async function answerIn(request: Request, read: HookParts["readBytes"]): Promise<Sent> {
  const type = (request.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  const text = (await read(request)).toString("utf8");
  if (type === "application/x-www-form-urlencoded") {
    return { choice: new URLSearchParams(text).get("choice"), body: null, isForm: true };
  }
  if (text === "") return { choice: null, body: null, isForm: false };
  if (type !== "application/json") {
    throw new GatewayError("UNSUPPORTED_MEDIA_TYPE", "Send application/json");
  }
  const body = jsonIn(text);
  const choice = isJsonObject(body) ? body["choice"] : null;
  return { choice: typeof choice === "string" ? choice : null, body, isForm: false };
}

function jsonIn(text: string): Json {
  try {
    return parseBounded(text, BODY_BOUNDS);
  } catch {
    throw new GatewayError("BAD_JSON", "The body is not valid JSON");
  }
}

/** @throws {GatewayError} BAD_REQUEST, CONFLICT, GONE, BODY_TOO_LARGE */
function assertDone(came: WaitOutcome): void {
  const [status, text] = told(came);
  if (status === 200) return;
  throw new GatewayError(CODES[status], text);
}

const CODES = {
  400: "BAD_REQUEST",
  409: "CONFLICT",
  410: "GONE",
  413: "BODY_TOO_LARGE",
} as const;

function showPage(response: Response, came: WaitOutcome): void {
  const [status, text] = told(came);
  const html = came.outcome === "asked" ? questionPage(came.question) : tellingPage(text);
  sendText(response, status, PAGE_HEADERS, html);
}

function sendText(response: Response, status: number, headers: readonly string[], text: string) {
  send(response, status, headers, Buffer.from(text));
}

/** The status and the words for what came of an answer, or of a look. */
function told(came: WaitOutcome): readonly [200 | keyof typeof CODES, string] {
  switch (came.outcome) {
    case "asked":
    case "done":
      return [200, "Thank you. Your answer is saved, and the workflow goes on."];
    case "bad choice":
      return [400, `choice should be one of: ${came.choices.join(", ")}`];
    case "too large":
      return [413, `The answer is too large: limits.result allows ${came.most} bytes`];
    case "answered":
      return [409, `This was answered already${choiceIn(came.answer)}`];
    case "not yet":
    case "not asked":
    case "several":
      return [409, "The workflow does not wait for this answer yet; try again later"];
    case "expired":
      return [410, "The time for an answer is over"];
    case "ended":
    case "no such run":
      return [410, "The workflow does not wait for this answer any more"];
  }
}

function choiceIn(answer: Json): string {
  if (!isJsonObject(answer)) return "";
  const { choice, at } = answer;
  const which = typeof choice === "string" ? `: ${choice}` : "";
  return typeof at === "string" ? `${which}, at ${at}` : which;
}
