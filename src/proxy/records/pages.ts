import { isDeepStrictEqual } from "node:util";
import type { RequestLine } from "../../model/action.ts";
import { headerValue } from "../../model/headers.ts";
import type { Json } from "../../model/json.ts";
import { jsonAt } from "../../model/json-pointer.ts";
import { StepError } from "../../model/step-error.ts";
import type { JsonAnswer } from "./client.ts";

/** The parts by which a list is read. */
export interface PageParts {
  /** The request for the records behind so many pages, and so many records; null: there is only the first. */
  readonly lineOf: (pages: number, records: number) => RequestLine | null;
  /** More than so many are not wanted. */
  readonly wanted: number;
  /** Undefined for 404. */
  readonly ask: (line: RequestLine) => Promise<JsonAnswer | undefined>;
  readonly recordsIn: (answer: JsonAnswer) => readonly Json[];
  readonly keyOf: (record: Json) => string | null;
  /** Where an answer says how many there are: see the fact `total`. */
  readonly total: readonly string[];
  readonly collection: string;
}

/**
 * The records of a list, page by page, until all that are wanted are there. A record that comes twice, since others were
 * made meanwhile, is taken once. Null for 404.
 *
 * Where no answer says how many there are, the end is an empty page, or one that an upstream without pages gives again.
 * @throws {StepError} LIST_INCOMPLETE when the upstream says that there are more than it gives
 */
export async function readPages(parts: PageParts): Promise<readonly Json[] | null> {
  const { lineOf, wanted, ask, recordsIn, keyOf } = parts;
  const all: Json[] = [];
  const keys = new Set<string>();
  let before: readonly Json[] | null = null;
  for (let page = 0; ; page++) {
    const line = lineOf(page, all.length);
    const answer = line === null ? undefined : await ask(line);
    if (answer === undefined && page === 0) return null;
    const records = answer === undefined ? [] : recordsIn(answer);
    const fresh = isDeepStrictEqual(records, before) ? [] : records.filter(isNew);
    all.push(...fresh);
    if (all.length >= wanted) return all;

    const more = answer === undefined ? null : saysMore(answer, all.length, parts.total);
    if (more === false) return all;
    if (fresh.length === 0 || lineOf(page + 1, all.length) === null) {
      if (more === true) throw incomplete(parts, all.length);
      return all;
    }
    before = records;
  }

  function isNew(record: Json): boolean {
    const key = keyOf(record);
    if (key === null) return true;
    const known = keys.has(key);
    keys.add(key);
    return !known;
  }
}

/** How many records an answer says that a list has; null where it does not say. */
export function totalIn(answer: JsonAnswer, places: readonly string[]): number | null {
  const said = places.map((place) => totalAt(answer, place));
  return said.find((one) => typeof one === "number") ?? null;
}

/** Whether there are more records than were read; null where the answer does not say. */
function saysMore(answer: JsonAnswer, read: number, places: readonly string[]): boolean | null {
  const said = places.map((place) => totalAt(answer, place)).filter((one) => one !== null);
  if (said.length === 0) return null;
  return said.some((one) => (typeof one === "number" ? one > read : one));
}

/**
 * The value at one place of an answer: how many records there are in all, or whether there are more.
 *
 *     X-Total-Count: 134            → 134
 *     Content-Range: items 0-24/134 → 134
 *     Link: <…?page=2>; rel="next"  → true
 *     "/meta/total" of a body       → 134; "/next": an address → true, null → false
 */
function totalAt({ json, headers }: JsonAnswer, place: string): number | boolean | null {
  if (place.startsWith("/")) {
    const value = jsonAt(json, place);
    if (value === undefined) return null;
    if (typeof value === "string" && value !== "") return counted(value) ?? true;
    return typeof value === "number" || typeof value === "boolean" ? value : false;
  }
  const value = headerValue(headers, place.toLowerCase());
  if (value === null) return null;
  if (place.toLowerCase() === "link") return /;\s*rel\s*=\s*("[^"]*\bnext\b|next\b)/i.test(value);
  return counted(value.slice(value.lastIndexOf("/") + 1));
}

/** `134` → 134; `*` → null. */
const counted = (text: string): number | null => (/^\s*\d+\s*$/.test(text) ? Number(text) : null);

function incomplete({ collection }: PageParts, read: number): StepError {
  const message =
    `The upstream says that ${collection} has more such records than the ${read} that it gave; ` +
    "upstream.api.page and upstream.api.limit say how they are read page by page";
  return new StepError("LIST_INCOMPLETE", message, { retryable: false });
}
