import { isLong, yieldToEventLoop } from "./event-loop.ts";
import { type Json, type JsonObject, isJsonObject, jsonText, parseJson } from "./json.ts";
import { stringEnd } from "./json-bounds.ts";
import { jsonSize } from "./json-size.ts";

/** Characters that are parsed or written at a time, about: some milliseconds. */
const SLICE = 200_000;

/** Whether a value is an object or a list that is too large to be walked through at once. */
export const isLarge = (value: Json): value is JsonObject | readonly Json[] =>
  typeof value === "object" && value !== null && jsonSize(value, SLICE) > SLICE;

/**
 * The text that `jsonText`, or another way to write JSON, writes. Of a large value, one item after another is written, and
 * others get their turn meanwhile.
 */
export const jsonTextInSlices = async (value: Json, textOf = jsonText): Promise<string> =>
  isLarge(value) ? largeText(value, textOf) : textOf(value);

async function largeText(
  value: JsonObject | readonly Json[],
  textOf: (value: Json) => string,
): Promise<string> {
  const texts: string[] = [];
  if (!isJsonObject(value)) {
    for (const item of value) {
      if (isLong()) await yieldToEventLoop();
      texts.push(isLarge(item) ? await largeText(item, textOf) : textOf(item));
    }
    return `[${texts.join(",")}]`;
  }
  for (const name in value) {
    if (isLong()) await yieldToEventLoop();
    const item = value[name];
    // Where an object comes from code, it may have members that are not there.
    if (item === undefined) continue;
    texts.push(`${jsonText(name)}:${isLarge(item) ? await largeText(item, textOf) : textOf(item)}`);
  }
  return `{${texts.join(",")}}`;
}

/**
 * The value of a text that `jsonText` has written, as `parseJson` gives it. Of a long text, one slice after another is parsed,
 * and others get their turn meanwhile.
 */
export const parseInSlices = (text: string): Promise<Json> => valueIn(text, 0, text.length);

async function valueIn(text: string, from: number, to: number): Promise<Json> {
  const open = text[from];
  if (to - from <= SLICE || (open !== "{" && open !== "[")) return parseJson(text.slice(from, to));
  return open === "{" ? membersIn(text, from + 1, to - 1) : elementsIn(text, from + 1, to - 1);
}

async function elementsIn(text: string, from: number, to: number): Promise<Json> {
  const elements: Json[] = [];
  for (const { from: first, to: last, isOne } of slicesOf(text, from, to)) {
    if (isLong()) await yieldToEventLoop();
    if (isOne) elements.push(await valueIn(text, first, last));
    else for (const one of parseJson(`[${text.slice(first, last)}]`) as Json[]) elements.push(one);
  }
  return elements;
}

async function membersIn(text: string, from: number, to: number): Promise<Json> {
  const members: [string, Json][] = [];
  for (const { from: first, to: last, isOne } of slicesOf(text, from, to)) {
    if (isLong()) await yieldToEventLoop();
    if (isOne) {
      const colon = stringEnd(text, first);
      const name = JSON.parse(text.slice(first, colon)) as string;
      members.push([name, await valueIn(text, colon + 1, last)]);
    } else
      for (const one of Object.entries(parseJson(`{${text.slice(first, last)}}`) ?? {}))
        members.push(one);
  }
  // A name may be `__proto__`, which an assignment would not keep.
  return Object.fromEntries(members);
}

/** A part of the inside of an array or object: several whole items, or one that is longer than a slice. */
interface Slice {
  readonly from: number;
  readonly to: number;
  readonly isOne: boolean;
}

function* slicesOf(text: string, from: number, to: number): Generator<Slice> {
  let start = from;
  for (let at = from; at < to;) {
    const end = itemEnd(text, at, to);
    if (end - at > SLICE) {
      if (at > start) yield { from: start, to: at - 1, isOne: false };
      yield { from: at, to: end, isOne: true };
      start = end + 1;
    } else if (end - start > SLICE || end === to) {
      yield { from: start, to: end, isOne: false };
      start = end + 1;
    }
    at = end + 1;
  }
}

/** The place behind an item of an array or object: of a comma, or `to`. */
function itemEnd(text: string, from: number, to: number): number {
  let depth = 0;
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = stringEnd(text, at) - 1;
    else if (code === BRACE || code === BRACKET) depth++;
    else if (code === BRACE_END || code === BRACKET_END) depth--;
    else if (code === COMMA && depth === 0) return at;
  }
  return to;
}

const [QUOTE, BRACE, BRACE_END, BRACKET, BRACKET_END, COMMA] = [0x22, 0x7b, 0x7d, 0x5b, 0x5d, 0x2c];
