import { type IsSecret, REDACTED } from "./secrets.ts";

/** The longest name of a field that is looked for. In characters. */
const LONGEST_NAME = 200;

/** Characters before the name of a parameter: a search backwards ends there. By character code. */
const BEFORE_NAME: readonly boolean[] = Array.from({ length: 128 }, (_, code) =>
  /[\s?&=;,"'<>{}()#]/.test(String.fromCharCode(code)),
);
const AFTER_VALUE = /[\s&#;,"'<>]/g;

/**
 * A text without the values of secret names that stand in it: in a form, in the query of a URL, in JSON that is cut off or
 * stands in other text.
 *
 *     "user=ada&a%5Bpassword%5D=x"     → "user=ada&a%5Bpassword%5D=[redacted]"
 *     '… {"token": "x", "a": 1'        → '… {"token": "[redacted]", "a": 1'
 *     "https://me:x@api.example.com/"  → "https://me:[redacted]@api.example.com/"
 *     "?filter=%7B%22password…"        → the JSON in it, likewise
 *
 * One pass, in time linear in the text.
 */
export function withoutSecretPairs(text: string, isSecret: IsSecret): string {
  if (!/[=:]/.test(text)) return text;
  const valueEnd = valueEnds(text);
  let shown = "";
  let from = 0;
  let looked = 0;
  for (const { index: at } of text.matchAll(/[=:]/g)) {
    if (at < from) continue;
    let hidden: Hidden | null = null;
    if (text[at] === ":") hidden = member(text, at, isSecret);
    else if (isParameter(text, at, isSecret)) hidden = secretValue(text, at + 1, valueEnd);
    else if (at >= looked) {
      looked = valueEnd(at + 1);
      hidden = encodedJson(text, at + 1, looked, isSecret);
    }
    if (hidden === null) continue;
    shown += text.slice(from, hidden.start) + hidden.shown;
    from = hidden.end;
  }
  return shown + text.slice(from);
}

/** The part of a text that is not shown, and what is in its place. */
interface Hidden {
  readonly start: number;
  readonly end: number;
  readonly shown: string;
}

/** Whether a secret name stands before `=`, as a form or a URL has it: `a[password]`, `a%5Bpassword%5D`. */
function isParameter(text: string, at: number, isSecret: IsSecret): boolean {
  const name = text.slice(wordStart(text, at), at);
  if (!/[%+[\].]/.test(name)) return isSecret(name);
  const parts = decoded(name).split(/[[\].]+/);
  return parts.some((part) => part !== "" && isSecret(part.trim()));
}

function secretValue(
  text: string,
  start: number,
  valueEnd: (start: number) => number,
): Hidden | null {
  const mark = text[start];
  if (mark === '"' || mark === "'") return quoted(text, start, mark);
  const end = valueEnd(start);
  return end === start ? null : { start, end, shown: REDACTED };
}

/** A value that is JSON, percent-encoded: `?filter=%7B%22password…`. */
function encodedJson(text: string, start: number, end: number, isSecret: IsSecret): Hidden | null {
  const value = text.slice(start, end);
  if (!value.includes("%22")) return null;
  const plain = decoded(value);
  const shown = withoutSecretPairs(plain, isSecret);
  return shown === plain ? null : { start, end, shown: encodeURIComponent(shown) };
}

/** `"name": value`, quotes escaped or not; or the user and password of `https://user:password@host`. */
function member(text: string, at: number, isSecret: IsSecret): Hidden | null {
  if (text.startsWith("://", at)) return userInfo(text, at + 3);
  const closing = lastBefore(text, at);
  const quote = text[closing];
  if (quote !== '"' && quote !== "'") return null;
  const opening = text.lastIndexOf(quote, closing - 1);
  if (opening < 0 || closing - opening > LONGEST_NAME) return null;
  if (!isSecret(text.slice(opening + 1, closing).replaceAll("\\", ""))) return null;
  const start = firstAfter(text, at);
  const mark = /^\\*["']/.exec(text.slice(start, start + 8))?.[0];
  if (mark !== undefined) return quoted(text, start, mark);
  // An object or a list: where it ends is not worth knowing.
  if (text[start] === "{" || text[start] === "[") {
    return { start, end: text.length, shown: REDACTED };
  }
  const end = start + (/^[^\s,}\]]*/.exec(text.slice(start, start + 100))?.[0].length ?? 0);
  return end === start ? null : { start, end, shown: `"${REDACTED}"` };
}

/** The text between a mark, `"` or `\"`, and the next one that is not escaped any further; or the end of the text. */
function quoted(text: string, opening: number, mark: string): Hidden {
  const start = opening + mark.length;
  let end = text.indexOf(mark, start);
  while (end >= 0 && text[end - 1] === "\\") end = text.indexOf(mark, end + 1);
  return { start, end: end < 0 ? text.length : end, shown: REDACTED };
}

function userInfo(text: string, from: number): Hidden | null {
  const [whole, user = ""] =
    /^([^\s/?#@:"']*):[^\s/?#"']*@/.exec(text.slice(from, from + 500)) ?? [];
  if (whole === undefined) return null;
  return { start: from + user.length + 1, end: from + whole.length - 1, shown: REDACTED };
}

function wordStart(text: string, end: number): number {
  let start = end;
  const least = Math.max(0, end - LONGEST_NAME);
  while (start > least && BEFORE_NAME[text.charCodeAt(start - 1)] !== true) start--;
  return start;
}

/** Where values end that begin at places further and further on. Remembered, so that all of them take one pass. */
function valueEnds(text: string): (start: number) => number {
  let end = -1;
  return (start) => {
    if (end >= start) return end;
    AFTER_VALUE.lastIndex = start;
    end = AFTER_VALUE.exec(text)?.index ?? text.length;
    return end;
  };
}

function lastBefore(text: string, at: number): number {
  let index = at - 1;
  while (at - index < 20 && isBlank(text.charCodeAt(index))) index--;
  return index;
}

function firstAfter(text: string, at: number): number {
  let index = at + 1;
  while (isBlank(text.charCodeAt(index))) index++;
  return index;
}

const isBlank = (code: number) => code === 0x20 || (code >= 0x09 && code <= 0x0d);

/** Percent-decoded, `+` as a blank; as it is where it can't be. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}
