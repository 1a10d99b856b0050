import type { IncomingMessage } from "node:http";
import type { BodyRule, ReadBody } from "../model/body.ts";
import { type Json, isJsonObject } from "../model/json.ts";
import { jsonAt, withJsonAt } from "../model/json-pointer.ts";
import { isMethodOverride } from "../model/method-override.ts";
import type { ContentType } from "./content-type.ts";
import { badForm } from "./fields.ts";
import { readForm } from "./form.ts";
import { fromBrowser } from "./from-browser.ts";
import { readMultipart } from "./multipart.ts";
import { looksLikeJson, parseStrictJson } from "./strict-json.ts";
import { textOf } from "./text.ts";
import { unpacked } from "./unpack.ts";
import { withoutMembers } from "./without-members.ts";

/** The format that a body is read in. A `text` is read where it turns out to be JSON. */
export type Format = "json" | "form" | "multipart" | "text";

/** A body's description, without its bytes. */
export interface Described {
  readonly request: IncomingMessage;
  readonly rule: BodyRule;
  readonly type: ContentType;
  readonly format: Format;
  /** In the order in which they were applied. */
  readonly codings: readonly string[];
  /** Bytes that it may have, unpacked. */
  readonly limit: number;
  /** JSON pointer to the record in it: `/data`, or empty. */
  readonly record: string;
}

type Read = Extract<ReadBody, { kind: "read" }>;

/** The reading of a request without a body. */
export const NO_BODY: Read = {
  kind: "read",
  bytes: null,
  unpacked: false,
  values: null,
  json: false,
  contentType: null,
};

/**
 * The values of a body, and the bytes to forward.
 * @throws {GatewayError} BODY_TOO_LARGE, BAD_JSON, BAD_FORM
 */
export async function readContent(bytes: Buffer, described: Described): Promise<Read> {
  const { request, rule, format, codings, limit } = described;
  const isForm = format === "form" || format === "multipart";
  const code = isForm ? "BAD_FORM" : "BAD_JSON";
  const content = await unpacked(bytes, codings, limit, code);
  // A server that does not know Content-Encoding reads packed bytes as they are, and may find a form in them.
  const sent = { bytes: isForm ? content : bytes, unpacked: isForm && codings.length > 0 };
  if (format === "multipart") return multipartBody(content, sent, described);
  const text = textOf(content, code);
  if (format === "json") return jsonBody(text, sent, null);
  if (format === "form") return formBody(text, sent, request, rule);
  return (await looksLikeJson(text)) ? jsonBody(text, sent, null) : { ...NO_BODY, ...sent };
}

/** The bytes of a body as they would go on. */
type Sent = Pick<Read, "bytes" | "unpacked">;

async function jsonBody(text: string, sent: Sent, type: string | null): Promise<Read> {
  const values = await parseStrictJson(text);
  const whole = { kind: "read", json: true, contentType: type } as const;
  const allowed = withoutOverride(values);
  if (allowed === values) return { ...whole, ...sent, values };
  const bytes = Buffer.from(await withoutMembers(text, isMethodOverride));
  return { ...whole, values: allowed, bytes, unpacked: true };
}

/** A body without members that some upstreams (Parse) take for the request's method; the body itself where it has none. */
function withoutOverride(values: Json): Json {
  if (!isJsonObject(values) || !Object.keys(values).some(isMethodOverride)) return values;
  return Object.fromEntries(Object.entries(values).filter(([name]) => !isMethodOverride(name)));
}

/** `curl -d '{…}'` declares JSON as a form. A browser never does. */
async function formBody(
  text: string,
  sent: Sent,
  request: IncomingMessage,
  rule: BodyRule,
): Promise<Read> {
  const isJson = await looksLikeJson(text);
  if (isJson && !fromBrowser(request)) return jsonBody(text, sent, "application/json");
  if (isJson && rule === "guarded") return twofold(text, sent);
  const form = await readForm(text, rule === "guarded");
  const bytes = form.text === text ? sent.bytes : Buffer.from(form.text);
  const { values } = form;
  return { kind: "read", values, bytes, unpacked: sent.unpacked, json: false, contentType: null };
}

/**
 * JSON that goes on as a form. A server that reads JSON whatever the type reads what the guard does; one that reads a form
 * finds a single name without a value, unless something parts it.
 */
async function twofold(text: string, sent: Sent): Promise<Read> {
  if (/[&=;%+]/.test(text)) throw badForm("it is JSON; send it as application/json");
  const values = await parseStrictJson(text);
  if (withoutOverride(values) !== values) throw badForm("it is JSON with a method in it");
  return { kind: "read", ...sent, values, json: false, contentType: null };
}

/**
 * A form with files. Where the record has a place of its own, it stands there as JSON (Strapi). Under `any`, a form that
 * can't be read goes on as it is.
 */
async function multipartBody(
  content: Buffer,
  sent: Sent,
  { type, rule, record }: Described,
): Promise<Read> {
  const form = { kind: "read", unpacked: sent.unpacked, json: false, contentType: null } as const;
  try {
    const { values, bytes } = readMultipart(content, type, rule === "guarded");
    const text = record === "" ? null : jsonAt(values, record);
    if (typeof text !== "string") return { ...form, values, bytes };
    return { ...form, values: withJsonAt(values, record, await parseStrictJson(text)), bytes };
  } catch (error) {
    if (rule !== "any") throw error;
    return { ...form, bytes: content, values: null };
  }
}
