import { ContentCodingError, unpacked } from "./content-coding.ts";
import { headerPairs, headerValue } from "./headers.ts";
import { type JsonText, parseBounded } from "./json.ts";
import { ANSWER_BOUNDS } from "./json-bounds.ts";

/** The value of an answer's body. */
export interface AnswerJson {
  /** Undefined where it is not JSON. */
  readonly json: JsonText | undefined;
  /** Set where it may well be JSON and can't be read: why. */
  readonly unreadable: string | null;
}

/** `application/json`, `application/problem+json`, `text/json`, whatever parameters follow. */
export const isJsonType = (contentType: string): boolean =>
  /^\s*((application|text)\/json|[\w.+-]+\/[\w.+-]+\+json)\s*(;|$)/i.test(contentType);

/** Whether the body of an answer may be JSON: its type says so, or it has none. */
export function mayBeJson(headers: readonly string[]): boolean {
  const type = headerValue(headers, "content-type") ?? "";
  return type.trim() === "" || isJsonType(type);
}

/**
 * Reads the body of an answer as JSON. An answer is JSON when its type says so, or when it has no type and is. Content
 * codings are undone, its charset is heeded, a byte order mark passed over. An empty body says nothing.
 * @param headers raw pairs
 * @param limit bytes that it may unfold to
 */
export async function answerJson(
  headers: readonly string[],
  body: Buffer,
  limit: number,
): Promise<AnswerJson> {
  if (body.length === 0 || !mayBeJson(headers)) return NOTHING;
  const type = headerValue(headers, "content-type") ?? "";
  try {
    const text = await answerText(headers, body, limit);
    if (text.trim() === "") return NOTHING;
    return { json: { text, value: parseBounded(text, ANSWER_BOUNDS) }, unreadable: null };
  } catch (error) {
    if (type === "" && error instanceof SyntaxError) return NOTHING;
    return { json: undefined, unreadable: why(error) };
  }
}

const NOTHING: AnswerJson = { json: undefined, unreadable: null };

/**
 * The text of an answer, in the charset that its type names (UTF-8 where it names none), without a byte order mark.
 * @throws {ContentCodingError} {RangeError} for a charset that is not known {TypeError} for bytes that are not valid in it
 */
export async function answerText(
  headers: readonly string[],
  body: Buffer,
  limit: number,
): Promise<string> {
  const encoding = headerPairs(headers)
    .filter(([name]) => name.toLowerCase() === "content-encoding")
    .map(([, value]) => value)
    .join(",");
  const content = await unpacked(body, encoding, limit);
  const type = headerValue(headers, "content-type") ?? "";
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(type)?.[1] ?? "utf-8";
  return new TextDecoder(charset, { fatal: true }).decode(content);
}

/** In words that quote nothing of the body. */
function why(error: unknown): string {
  if (error instanceof ContentCodingError) return error.message;
  if (error instanceof SyntaxError) return "it is not valid JSON";
  if (error instanceof RangeError) return "its charset is not known here";
  return "it is not valid in its charset";
}
