import type { IncomingMessage } from "node:http";
import type { ReadBody, ReadRequestBody } from "../model/body.ts";
import { parseQuery } from "../model/query.ts";
import { JSON_TYPE, collectBody, contentType, decoderOf } from "./content.ts";
import { parseStrictJson } from "./strict-json.ts";

const FORM_TYPE = "application/x-www-form-urlencoded";

/**
 * Reads bodies that are JSON or a form, and leaves all others to stream. The bytes are kept as they came.
 * SPEC, section 2.
 * @param limit bytes, counted after decompression as well as before
 */
export function bodyReader(limit: number): ReadRequestBody {
  return async (request, texts = false) => {
    const { type, charset } = contentType(request);
    const json = JSON_TYPE.test(type);
    const text = texts && (type === "" || type === "text/plain");
    if (!json && !text && type !== FORM_TYPE) return hasBody(request) ? { kind: "stream" } : NONE;
    if (!hasBody(request)) return NONE;
    const decode = decoderOf(request, charset, limit);
    const bytes = await collectBody(request, limit);
    if (bytes.length === 0) return NONE;
    const content = await decode(bytes);
    if (text) return isJson(content) ? jsonBody(bytes, content, null) : { ...NONE, bytes };
    return json ? jsonBody(bytes, content, null) : formBody(bytes, content);
  };
}

const NONE: ReadBody = { kind: "read", bytes: null, values: null, json: false, contentType: null };

/** RFC 9112, section 6: a request has a body when its head announces one. */
const hasBody = ({ headers }: IncomingMessage) =>
  headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;

const jsonBody = (bytes: Buffer, text: string, type: string | null): ReadBody => ({
  kind: "read",
  bytes,
  values: parseStrictJson(text),
  json: true,
  contentType: type,
});

/** What `curl -d '{…}'` sends is declared as a form, and is JSON. */
function formBody(bytes: Buffer, text: string): ReadBody {
  if (/^\s*\{\s*"/.test(text) || (/^\s*[[{]/.test(text) && isJson(text))) {
    return jsonBody(bytes, text, "application/json");
  }
  return { kind: "read", bytes, values: parseQuery(text), json: false, contentType: null };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
