import type { IncomingMessage } from "node:http";

/** The content type of a request's body. */
export interface ContentType {
  /** In lower case; empty where the request says none, more than one, or one that servers could read differently. */
  readonly type: string;
  /** By name in lower case. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** `application/json`, `application/problem+json`. */
export const isJsonType = (type: string): boolean =>
  type === "application/json" || /^[\w.+-]+\/[\w.+-]+\+json$/.test(type);

/** Of a form, as a browser sends it. */
export const FORM_TYPE = "application/x-www-form-urlencoded";

/** Of a form with files. */
export const MULTIPART_TYPE = "multipart/form-data";

const TOKEN = "[!#$%&'*+.^_`|~0-9a-z-]+";
const WHOLE = new RegExp(`^(${TOKEN}/${TOKEN})((?:[ \\t]*;.*)?)$`, "i");
const PARAMETER = new RegExp(`[ \\t]*;[ \\t]*(?:(${TOKEN})=(?:(${TOKEN})|"([^"\\\\]*)"))?`, "giy");

const NONE: ContentType = { type: "", parameters: new Map() };

/**
 * Reads the type of a body.
 *
 *     application/json; charset="UTF-8"    → application/json, charset: UTF-8
 *     application/json, text/plain         → none
 * @see RFC 9110, section 8.3
 */
export function contentType({ headers, headersDistinct }: IncomingMessage): ContentType {
  const [, type, rest = ""] = WHOLE.exec((headers["content-type"] ?? "").trim()) ?? [];
  const isOne = (headersDistinct["content-type"]?.length ?? 0) === 1;
  if (type === undefined || !isOne) return NONE;
  const parameters = parametersOf(rest);
  return parameters === null ? NONE : { type: type.toLowerCase(), parameters };
}

/** Null where they are malformed, or one is given twice. */
function parametersOf(text: string): ReadonlyMap<string, string> | null {
  const all = new Map<string, string>();
  let read = 0;
  for (const [whole, name, token, quoted] of text.matchAll(PARAMETER)) {
    read += whole.length;
    if (name === undefined) continue;
    if (all.has(name.toLowerCase())) return null;
    all.set(name.toLowerCase(), token ?? quoted ?? "");
  }
  return text.slice(read).trim() === "" ? all : null;
}
