import { z } from "zod";
import type { Action, RequestLine } from "./action.ts";
import { aggregateFact, appendsFact, filterFact, sortFact } from "./query-facts.ts";

/** `PATCH /{collection}/{key}`: method, path, and a query if need be. An override may name the method alone: `PUT`. */
const requestTemplate = z.string().regex(/^[A-Z]+( \/.*)?$/, {
  error: 'should be a method, or a method and a path: "PATCH /{collection}/{key}"',
});

/** The members of a body that changes many records: `{ keys, data }`, or `{ query, data }`. */
const bulkMembers = z.strictObject({
  keys: z.string().min(1),
  query: z.string().min(1),
  data: z.string().min(1),
});

/** A header by which an upstream knows a caller, and the status by which it says that it does not. */
const sessionFact = z.strictObject({
  header: z.string().regex(/^[a-z0-9-]+$/, { error: "should be a header's name in lower case" }),
  refused: z.int().min(400).max(499),
});

/** See `sessionFact`. */
export type SessionFact = z.infer<typeof sessionFact>;

/** See `bulkMembers`. */
export type BulkMembers = z.infer<typeof bulkMembers>;

/** A JSON pointer. RFC 6901. */
const pointer = z.string().regex(/^(\/.*)?$/s, {
  error: "should be a JSON pointer: /data, or empty for the whole",
});

/**
 * How an upstream is spoken to. A preset is such a table; a configuration may override single facts of one.
 * Null says that the upstream has no request for it.
 */
export const apiFacts = z.strictObject({
  prefix: z.string().describe("Where collections live, on both sides."),
  primaryKey: z
    .string()
    .min(1)
    .describe("The field that holds a record's key, where the collection says no other."),
  form: z
    .enum(["rest", "action", "query"])
    .describe(
      "How the upstream itself spells an action: `PATCH /posts/1`, `/posts:update`, or `PATCH /posts?id=eq.1`.",
    ),
  list: requestTemplate,
  get: requestTemplate,
  create: requestTemplate,
  update: requestTemplate,
  destroy: requestTemplate,
  updateOrCreate: requestTemplate.nullable(),
  severalKeys: z
    .enum(["none", "query", "body", "list"])
    .describe(
      "How several keys are named: not at all, `filterByTk[]=1`, in the body, or `id=in.(1,2)`.",
    ),
  record: z
    .string()
    .describe("JSON pointer to the record or records in an answer: `/data`, or empty."),
  records: pointer
    .nullable()
    .describe("JSON pointer to the records in the answer to a list. Null: as `record`."),
  written: z
    .enum(["whole", "part"])
    .describe(
      "What of a record is in the answer to a write. `part`: its key and times; the rest is asked for.",
    ),
  headers: z
    .record(z.string().regex(/^[\w-]+$/), z.string())
    .describe("Sent with each request of a step: `Prefer: return=representation`."),
  values: pointer.describe(
    "JSON pointer to the record or records in a request's body: `/data`, or empty.",
  ),
  credentials: z
    .array(z.string().regex(/^[a-z0-9-]+$/, { error: "should be a header's name in lower case" }))
    .describe(
      "The client's headers that steps send along in the caller's name, beside `Authorization`, cookies and the role.",
    ),
  session: sessionFact
    .nullable()
    .describe(
      "The client's header that says who is calling, beside `Authorization` and cookies, and the status, beside 401 and 403, by which the upstream refuses it. Null: there is none.",
    ),
  withheld: z
    .strictObject({
      query: z
        .array(z.string().min(1))
        .describe("Query parameters, by their outermost name: `columns`."),
      preferences: z
        .array(z.string().regex(/^[a-z-]+$/, { error: "should be a word in lower case" }))
        .describe("Preferences of the header `Prefer` (RFC 7240): `resolution`."),
    })
    .describe(
      "What a client could say beside the body that a workflow sees: other values, which of them are written, or an update in place of a create. Taken out of a request that concerns a workflow.",
    ),
  bulk: bulkMembers
    .nullable()
    .describe(
      "The members of a body that changes many records at once. Null: there is no such form.",
    ),
  shapes: z
    .array(z.string().min(1))
    .describe(
      "Query parameters by which a client chooses the records of an answer, or their fields.",
    ),
  fields: z
    .string()
    .min(1)
    .nullable()
    .describe(
      "The one of them that lists the fields of an answer. The primary key is asked for along. Null: answers hold it anyway.",
    ),
  jsonTypes: z
    .array(z.string().regex(/^[\w.+-]+\/[\w.+-]+$/, { error: "should be a media type" }))
    .describe(
      "Types that it reads as JSON, beside `application/json` and `*+json`. In lower case.",
    ),
  messages: z.enum(["header", "body"]).describe("Where messages go in an answer."),
  doors: z
    .strictObject({
      paths: z.array(z.string()).describe("In Express syntax, from the root: `/graphql`."),
      actions: z.array(z.string()).describe("Of a collection: `firstOrCreate`."),
    })
    .describe("Other ways to write a collection, which no guard of its actions sees."),
  elsewhere: z
    .string()
    .nullable()
    .describe(
      "The prefix of the names of collections that have paths of their own. Null: no collection has.",
    ),
  applications: z
    .string()
    .regex(/^[a-z0-9_-]+$/)
    .nullable()
    .describe(
      "The word behind the prefix that an application's name follows: `__app`. Null: it has one application.",
    ),
  unknownWorkflows: z
    .enum(["take", "leave"])
    .describe("Whether keys of `triggerWorkflows` that Sidehook does not know stay in the URL."),
  filter: filterFact
    .nullable()
    .describe("How a list is filtered: `?title=a`, `?where={…}`. Null: it can't be asked for so."),
  sort: sortFact
    .nullable()
    .describe("How a list is ordered: `?sort=title,-id`. Null: it can't be asked for in an order."),
  limit: z
    .string()
    .nullable()
    .describe("The query parameter that bounds a list. Null: a list comes whole."),
  page: z
    .string()
    .min(1)
    .nullable()
    .describe(
      "The query parameter that names a page of a list, counted from 1. Null: there is none.",
    ),
  offset: z
    .string()
    .min(1)
    .nullable()
    .describe("The query parameter that says how many records to pass over. Null: there is none."),
  total: z
    .union([
      z
        .string()
        .min(1)
        .transform((place) => [place]),
      z.array(z.string().min(1)),
    ])
    .describe(
      "Where an answer says how many records a list has, or that it has more: JSON pointers, or headers.",
    ),
  askTotal: z
    .string()
    .min(1)
    .nullable()
    .describe(
      "The query by which a list is asked to say so: `meta=filter_count`. Null: it does unasked.",
    ),
  aggregate: aggregateFact
    .nullable()
    .describe(
      "How a number is made of records: `?aggregate[sum]=price`. Null: by counting, or of the records themselves.",
    ),
  appends: appendsFact
    .nullable()
    .describe(
      "How associations are loaded along: `?appends=category`. Null: by a second request on the foreign key.",
    ),
});

/** See `apiFacts`. */
export type ApiFacts = z.infer<typeof apiFacts>;

/** The presets, by name. */
export type ApiPresets = ReadonlyMap<string, ApiFacts>;

/** A request line in the upstream's own form. */
export interface TranslatedLine extends RequestLine {
  /** Set where several keys go into the body: `[1,2]`, or `{ keys, data }` around the values. */
  readonly bulk?: "keys" | "keys-and-data";
}

/**
 * The keys of the records that a request changes, where the upstream's own query names them: `PATCH /posts?id=eq.1` → `["1"]`,
 * `DELETE /posts?id=in.(1,2)` → `["1", "2"]`. Null where it names none.
 * @throws {GatewayError} BAD_QUERY where it names them in a way that may be read otherwise
 */
export type KeysInQuery = (
  action: Pick<Action, "collection" | "name" | "form">,
  query: string,
) => readonly string[] | null;

/**
 * Puts an action that has a meaning of its own (`create`, `get`, …) into the upstream's own request line, the prefix
 * included.
 * @param query without `?`; all but `filterByTk` stays byte for byte
 * @throws {GatewayError} NOT_TRANSLATABLE when no single request can say it
 */
export type Translate = (action: Action, method: string, query: string) => TranslatedLine;
