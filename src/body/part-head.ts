import { isUtf8 } from "node:buffer";
import { badForm } from "./fields.ts";

/** The head of a part of a form. */
export interface PartHead {
  readonly name: string;
  /** Null: it is not a file. */
  readonly filename: string | null;
  /** In lower case, as it is written; null where it says none. */
  readonly type: string | null;
}

/** The headers that a part may have. */
const KNOWN: ReadonlySet<string> = new Set([
  "content-disposition",
  "content-type",
  "content-length",
  "content-transfer-encoding",
]);

/**
 * Reads the head of a part. Refused is all that servers read in different ways: a header that goes on in the next line or
 * is given twice, escapes in a name, a field that is not plain text, content that is encoded once more.
 *
 *     Content-Disposition: form-data; name="title"
 * @throws {GatewayError} BAD_FORM
 * @see RFC 7578, section 4.2
 */
export function partHead(bytes: Buffer): PartHead {
  if (!isUtf8(bytes)) throw badForm("a part's head is not UTF-8");
  const headers = headersOf(bytes.toString("utf8"));
  const { name, filename } = disposition(headers.get("content-disposition") ?? "");
  const type = headers.get("content-type")?.toLowerCase() ?? null;
  const encoding = headers.get("content-transfer-encoding") ?? "binary";
  if (!/^(?:7bit|8bit|binary)$/i.test(encoding)) {
    throw badForm(`the part "${name}" has a Content-Transfer-Encoding`);
  }
  if (filename === null && type !== null && !PLAIN.test(type)) {
    throw badForm(`the part "${name}" is neither a file nor plain text in UTF-8`);
  }
  return { name, filename, type };
}

/** The types of a field. */
const PLAIN = /^text\/plain(?:; ?charset="?(?:utf-8|us-ascii)"?)?$/;

function headersOf(text: string): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const line of text.split("\r\n")) {
    const [, name = "", value = ""] = /^([A-Za-z-]+): *(\P{Cc}*)$/u.exec(line) ?? [];
    const lower = name.toLowerCase();
    if (!KNOWN.has(lower) || headers.has(lower)) {
      throw badForm("a part's head has a line that is not a header of a form");
    }
    headers.set(lower, value.trimEnd());
  }
  return headers;
}

/** A parameter: a text in quotes without escapes, or a word. */
const PARAMETER = /; ?([a-z]+\*?)=(?:"([^"\\]*)"|([\w.%'-]+))/giuy;

/** `form-data; name="photo"; filename="me.png"`. */
function disposition(text: string): Pick<PartHead, "name" | "filename"> {
  const parameters = new Map<string, string>();
  let read = "form-data".length;
  for (const [whole, name = "", quoted, word = ""] of text.slice(read).matchAll(PARAMETER)) {
    if (parameters.has(name.toLowerCase())) throw unclear();
    parameters.set(name.toLowerCase(), quoted ?? word);
    read += whole.length;
  }
  const { name, filename, "filename*": encoded, ...others } = Object.fromEntries(parameters);
  const begins = /^form-data/i.test(text);
  if (!begins || read !== text.length || Object.keys(others).length > 0) throw unclear();
  if (name === undefined || name === "" || name.includes("%")) throw unclear();
  if (encoded !== undefined && (filename === undefined || extended(encoded) !== filename)) {
    throw badForm(`the file "${name}" has two names`);
  }
  return { name, filename: filename ?? null };
}

const unclear = () => badForm("servers read a part's Content-Disposition in different ways");

/** `utf-8''a%20b` → `a b`; null where it is written otherwise. RFC 8187, section 3.2. */
function extended(text: string): string | null {
  const [, encoded] = /^utf-8''(.*)$/i.exec(text) ?? [];
  try {
    return encoded === undefined ? null : decodeURIComponent(encoded);
  } catch {
    return null;
  }
}
