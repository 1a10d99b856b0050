import type { AggregateQuery } from "./aggregate.ts";
import type { Caller } from "./caller.ts";
import type { Json, JsonObject } from "./json.ts";

/** Requests for records that are under way at a time, for one list of them. */
export const RECORDS_AT_ONCE = 8;

/** Which records, in which order. */
export interface RecordQuery {
  /** Equality by field, or operators in the upstream's own filter language. */
  readonly filter: JsonObject | null;
  /** Field names, `-` before one for descending. */
  readonly sort: readonly string[];
  readonly limit: number | null;
  /** Associations to load along. */
  readonly appends: readonly string[];
}

/** On whose behalf, and until when. `caller` null: as the service, with `upstream.headers`. */
export interface RecordAccess {
  readonly caller: Caller | null;
  readonly signal: AbortSignal;
  /** Header pairs to send along: Idempotency-Key, Workflow-Depth, X-Request-Id, traceparent. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * The upstream's records, through whatever API it has. Never goes back through the gateway.
 * @throws {StepError} `UPSTREAM_FAILED` for a status that is not 2xx (but 404 of `get`), with its `refusal` where that is the
 *   caller's, `UPSTREAM_UNREACHABLE`,
 *   `BAD_KEY` and `BAD_COLLECTION` for an empty one, `.` or `..`, `BAD_FILTER`, `UNKNOWN_ASSOCIATION`, `TOO_MANY_ROWS`
 */
export interface Records {
  /** The record, or null when there is none. */
  get(
    collection: string,
    key: string,
    appends: readonly string[],
    access: RecordAccess,
  ): Promise<Json>;
  list(collection: string, query: RecordQuery, access: RecordAccess): Promise<readonly Json[]>;
  /**
   * One number made of records; null where there is no value for `avg`, `min` and `max`.
   * @throws {StepError} NOT_A_NUMBER
   */
  aggregate(
    collection: string,
    query: AggregateQuery,
    access: RecordAccess,
  ): Promise<number | bigint | null>;
  /**
   * The same records with associations loaded into them: what they embed stays as it is, the rest comes by foreign key, or
   * as the upstream loads it. Null where there is none.
   */
  associate(
    collection: string,
    records: readonly Json[],
    appends: readonly string[],
    access: RecordAccess,
  ): Promise<readonly Json[]>;
  /** Creates a record; gives it as the upstream tells it, or the values where it tells none. */
  create(collection: string, values: JsonObject, access: RecordAccess): Promise<Json>;
  /** Updates one record by its key; gives it as the upstream tells it. @throws {StepError} NO_RECORD */
  update(collection: string, key: string, values: JsonObject, access: RecordAccess): Promise<Json>;
  /**
   * Destroys one record by its key; gives the one that was if the upstream tells it, else `{ <primaryKey>: key }`, the key
   * as it was given: a text or a number.
   * @throws {StepError} NO_RECORD
   */
  destroy(collection: string, key: string | number | bigint, access: RecordAccess): Promise<Json>;
  /** The key of a record, by the collection's primary key; null when it has none. */
  keyOf(collection: string, record: Json): string | null;
}
