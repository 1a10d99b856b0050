import type { AggregateQuery } from "../../model/aggregate.ts";
import type { RequestLine } from "../../model/action.ts";
import type { JsonObject } from "../../model/json.ts";
import { jsonUnder } from "../../model/json-pointer.ts";
import type { RecordQuery } from "../../model/records.ts";
import { StepError } from "../../model/step-error.ts";
import type { ApiFacts } from "../../model/upstream-api.ts";
import { filled, templateOf } from "../apis/template.ts";
import type { RecordRequest } from "./client.ts";
import { type Parameter, appendsParameters, filledIn, sortParameters } from "./parameters.ts";
import { splitFilter } from "./split-filter.ts";

/** A list's requests, and what of the query is left to be done in memory. */
export interface ListRequest {
  /** The request for the records behind so many pages, and so many records; null: there is only the first. */
  readonly lineOf: (pages: number, records: number) => RequestLine | null;
  /** More than so many are not wanted. */
  readonly wanted: number;
  readonly filter: JsonObject | null;
  readonly sort: readonly string[];
}

/** The place of a record. */
export interface KeyedRecord {
  readonly collection: string;
  readonly key: string;
  readonly primaryKey: string;
}

/**
 * The request for one record: `GET /api/posts:get?filterByTk=1&appends=category`.
 * @throws {StepError} BAD_COLLECTION, BAD_KEY
 */
export function getRequest(
  facts: ApiFacts,
  record: KeyedRecord,
  appends: readonly string[],
): RequestLine {
  const { method, path } = keyedLine(facts, "get", record);
  return lineOf(facts, method, path, appended(facts, appends));
}

/**
 * The request that creates a record: `POST /posts`.
 * @throws {StepError} BAD_COLLECTION
 */
export function createRequest(
  facts: ApiFacts,
  collection: string,
  values: JsonObject,
): RecordRequest {
  const template = templateOf(facts.create);
  const path = filled(template, segment("BAD_COLLECTION", collection), null, null);
  return { ...lineOf(facts, template.method, path, []), values: jsonUnder(facts.values, values) };
}

/**
 * The request that updates one record: `PATCH /posts/1`.
 * @throws {StepError} BAD_COLLECTION, BAD_KEY, NO_REQUEST
 */
export function updateRequest(
  facts: ApiFacts,
  record: KeyedRecord,
  values: JsonObject,
): RecordRequest {
  const { method, path } = keyedLine(facts, "update", record);
  return { ...lineOf(facts, method, path, []), values: jsonUnder(facts.values, values) };
}

/**
 * The request that destroys one record: `DELETE /posts/1`.
 * @throws {StepError} BAD_COLLECTION, BAD_KEY, NO_REQUEST
 */
export function destroyRequest(facts: ApiFacts, record: KeyedRecord): RecordRequest {
  const { method, path } = keyedLine(facts, "destroy", record);
  return lineOf(facts, method, path, []);
}

/** A line that names one record. Without a place for the key it would mean all of them, so it is refused. */
function keyedLine(
  facts: ApiFacts,
  action: "get" | "update" | "destroy",
  { collection, key, primaryKey }: KeyedRecord,
): RequestLine {
  const template = templateOf(facts[action]);
  const place = segment("BAD_COLLECTION", collection);
  const name = segment("BAD_KEY", key);
  if (template.keyAt === null) {
    const message = `"${facts[action]}" has no place for a key, so no single record can be meant; see upstream.api.${action}`;
    throw new StepError("NO_REQUEST", message, { retryable: false });
  }
  return { method: template.method, path: filled(template, place, name, primaryKey) };
}

/**
 * The requests for a list, with all of the query that the upstream can say: `GET /posts?status=draft`.
 * @param most more records than this are never wanted
 * @throws {StepError} BAD_COLLECTION
 */
export function listRequest(
  facts: ApiFacts,
  collection: string,
  query: RecordQuery,
  most: number,
): ListRequest {
  const { sent, left } = splitFilter(facts, query.filter);
  const sort = facts.sort === null ? query.sort : [];
  // Records that are filtered or ordered in memory can be limited only after that.
  const whole = left !== null || sort.length > 0;
  const limit = whole ? most : Math.min(query.limit ?? most, most);
  const parameters = [
    ...sent,
    ...(facts.sort === null ? [] : sortParameters(facts.sort, query.sort)),
    ...(facts.limit === null ? [] : [[facts.limit, String(limit)] as const]),
    ...appended(facts, query.appends),
    ...totalParameters(facts),
  ];
  return {
    lineOf(pages, records) {
      const place = pages === 0 ? [] : placeOf(facts, pages, records);
      if (place === null) return null;
      return listLine(facts, collection, [...parameters, ...place]);
    },
    wanted: limit,
    filter: left,
    sort,
  };
}

/** A request for one number, and where it stands in the answer. */
export interface NumberRequest {
  readonly line: RequestLine;
  /** JSON pointer. */
  readonly answer: string;
}

/**
 * The request for a number that the upstream makes of records itself: `GET /items/posts?aggregate[sum]=price`. Null where
 * its API has no words for it, or none for some of the filter.
 * @throws {StepError} BAD_COLLECTION
 */
export function aggregateRequest(
  facts: ApiFacts,
  collection: string,
  { filter, field, function: name }: AggregateQuery,
): NumberRequest | null {
  const { sent, left } = splitFilter(facts, filter);
  const { aggregate: fact } = facts;
  if (fact === null || left !== null || field === null || !isPlainName(field)) return null;
  const marks = { function: name, field };
  const asked = [filledIn(fact.parameter, marks), filledIn(fact.value, marks)] as const;
  const line = listLine(facts, collection, [...sent, asked]);
  return { line, answer: filledIn(fact.answer, marks) };
}

/**
 * The request for one record of a list, whose answer may say how many there are. Null where a list comes whole anyway, or
 * the filter is for memory.
 * @throws {StepError} BAD_COLLECTION
 */
export function countRequest(
  facts: ApiFacts,
  collection: string,
  filter: JsonObject | null,
): RequestLine | null {
  const { sent, left } = splitFilter(facts, filter);
  if (facts.limit === null || left !== null) return null;
  return listLine(facts, collection, [...sent, [facts.limit, "1"], ...totalParameters(facts)]);
}

/** A field's name that means the same in any query and any pointer. */
const isPlainName = (field: string) => /^[A-Za-z_]\w*$/.test(field);

function listLine(facts: ApiFacts, collection: string, parameters: readonly Parameter[]) {
  const template = templateOf(facts.list);
  const path = filled(template, segment("BAD_COLLECTION", collection), null, null);
  return lineOf(facts, template.method, path, parameters);
}

const totalParameters = ({ askTotal }: ApiFacts): Parameter[] =>
  askTotal === null ? [] : [...new URLSearchParams(askTotal)];

/** Where a page begins, as the upstream is told it; null where it has no words for that. */
function placeOf({ page, offset }: ApiFacts, pages: number, records: number): Parameter[] | null {
  if (page !== null) return [[page, String(pages + 1)]];
  return offset === null ? null : [[offset, String(records)]];
}

/** Associations that are loaded along; none where they come by foreign key. */
const appended = ({ appends: fact }: ApiFacts, appends: readonly string[]): Parameter[] =>
  fact === null ? [] : appendsParameters(fact, appends);

function lineOf(
  { prefix }: ApiFacts,
  method: string,
  path: string,
  parameters: readonly Parameter[],
): RequestLine {
  const query = parameters
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join("&");
  const mark = query === "" ? "" : path.includes("?") ? "&" : "?";
  return { method, path: `${prefix === "/" ? "" : prefix}${path}${mark}${query}` };
}

/** A text as one segment of a path, or value of a query. */
function segment(code: "BAD_COLLECTION" | "BAD_KEY", text: string): string {
  if (text === "" || text === "." || text === ".." || /\p{Surrogate}/u.test(text)) {
    const what = code === "BAD_KEY" ? "record key" : "collection name";
    throw new StepError(code, `"${text}" can't be a ${what}`, { retryable: false });
  }
  return encodeURIComponent(text);
}
