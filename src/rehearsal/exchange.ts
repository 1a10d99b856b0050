import type { IncomingHttpHeaders } from "node:http";
import { isJsonType } from "../model/answer-json.ts";
import { type Json, jsonText, parseJson } from "../model/json.ts";
import type { Message } from "../model/rehearsal.ts";

/** Bytes as they are sent, and the headers that say what they are. */
export interface Written {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
}

/** A body as it is sent: a text as it is, anything else as JSON. Headers that are given win. */
export function written(
  body: Json | undefined,
  headers: Readonly<Record<string, string>> = {},
): Written {
  const given = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  if (body === undefined) return { headers: given, body: null };
  const isText = typeof body === "string";
  const type = isText ? "text/plain; charset=utf-8" : "application/json";
  return {
    headers: { "content-type": type, ...given },
    body: Buffer.from(isText ? body : jsonText(body)),
  };
}

/** A message as it is shown. */
export function readMessage(headers: IncomingHttpHeaders, body: Buffer): Message {
  const shown = Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, [value].flat().join(", ")]],
    ),
  );
  return { headers: shown, body: valueOf(headers["content-type"] ?? "", body) };
}

function valueOf(type: string, body: Buffer): Json {
  if (body.length === 0) return null;
  const text = body.toString("utf8");
  if (!isJsonType(type)) return text;
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}
