import type { Collection } from "../../model/action.ts";
import type { AggregateQuery } from "../../model/aggregate.ts";
import type { Json } from "../../model/json.ts";
import { primaryKeys } from "../../model/primary-key.ts";
import type { RecordAccess, RecordQuery, Records } from "../../model/records.ts";
import { StepError } from "../../model/step-error.ts";
import type { ApiFacts } from "../../model/upstream-api.ts";
import { jsonAt } from "../../model/json-pointer.ts";
import { recordOf } from "../apis/answers.ts";
import { aggregated, answeredNumber } from "./aggregate.ts";
import { withAppends } from "./appends.ts";
import { withAssociations } from "./associations.ts";
import { type RecordClientOptions, recordClient } from "./client.ts";
import { matcher } from "./filter.ts";
import { ordered } from "./order.ts";
import { keyOfRecord } from "./key.ts";
import { readPages, totalIn } from "./pages.ts";
import { aggregateRequest, countRequest, getRequest, listRequest } from "./requests.ts";
import { recordWrites } from "./writes.ts";

/** How records are reached. */
export interface RecordStoreOptions extends Omit<RecordClientOptions, "now"> {
  readonly facts: ApiFacts;
  readonly collections: Readonly<Record<string, Collection>>;
  /** Records worked on in memory, at most: `limits.rows`. */
  readonly rowLimit: number;
  readonly now?: () => Date;
}

/**
 * The upstream's records, whatever its API. Filters, sorts and limits that the API does not have are applied in memory, over
 * at most `rowLimit` records.
 * @see docs/workflows.md, "Filters of records"
 */
export function recordStore(options: RecordStoreOptions): Records {
  const { facts, rowLimit, now = () => new Date() } = options;
  const collections = new Map(Object.entries(options.collections));
  const primaryKeyOf = primaryKeys(options.collections, facts.primaryKey);
  const ask = recordClient({ ...options, now });

  return {
    ...recordWrites({ facts, primaryKeyOf, ask, get }),
    keyOf,
    get,
    associate,
    list,

    async aggregate(collection, query, access) {
      const request = aggregateRequest(facts, collection, query);
      if (request === null) return numberOf(collection, query, access);
      const answer = await ask(request.line, collection, access);
      if (answer === undefined) throw noSuch(collection);
      return answeredNumber(answer.json, request.answer, query);
    },
  };

  async function list(
    collection: string,
    query: RecordQuery,
    access: RecordAccess,
  ): Promise<readonly Json[]> {
    const request = listRequest(facts, collection, query, rowLimit + 1);
    const matches = request.filter === null ? null : matcher(request.filter);
    const records = await readPages({
      ...request,
      ask: (line) => ask(line, collection, access),
      recordsIn: ({ json }) => recordsOf(collection, json),
      keyOf: (record) => keyOf(collection, record),
      total: facts.total,
      collection,
    });
    if (records === null) throw noSuch(collection);
    if (records.length > rowLimit) throw tooMany(collection);
    const found = ordered(matches === null ? records : records.filter(matches), request.sort);
    const limited = query.limit === null ? found : found.slice(0, query.limit);
    return associated(limited, collection, query.appends, access);
  }

  /** A number that the upstream can't make itself: the length of a list that it tells, or made of the records. */
  async function numberOf(
    collection: string,
    query: AggregateQuery,
    access: RecordAccess,
  ): Promise<number | bigint | null> {
    const { filter, field } = query;
    const line = field === null ? countRequest(facts, collection, filter) : null;
    const answer = line === null ? undefined : await ask(line, collection, access);
    if (answer !== undefined) {
      const total = totalIn(answer, facts.total);
      // A total that is no more than the one record of the page might be the page's own.
      if (total !== null && total > 1) return total;
    }
    const all = { filter, sort: [], limit: null, appends: [] };
    return aggregated(await list(collection, all, access), query);
  }

  async function get(
    collection: string,
    key: string,
    appends: readonly string[],
    access: RecordAccess,
  ): Promise<Json> {
    const place = { collection, key, primaryKey: primaryKeyOf(collection) };
    const answer = await ask(getRequest(facts, place, appends), collection, access);
    const record = answer === undefined ? null : onlyRecord(collection, answer.json);
    if (record === null) return null;
    const [loaded = null] = await associated([record], collection, appends, access);
    return loaded;
  }

  /** Where the upstream can't load associations along, they are asked for one by one. */
  async function associated(
    records: readonly Json[],
    collection: string,
    appends: readonly string[],
    access: RecordAccess,
  ): Promise<readonly Json[]> {
    if (facts.appends !== null || appends.length === 0) return records;
    return withAssociations(records, collection, appends, collections, (target, key, further) =>
      get(target, key, further, access),
    );
  }

  async function associate(
    collection: string,
    records: readonly Json[],
    appends: readonly string[],
    access: RecordAccess,
  ): Promise<readonly Json[]> {
    if (facts.appends === null) return associated(records, collection, appends, access);
    return withAppends(
      records,
      appends,
      facts.appends.reference,
      (record) => keyOf(collection, record),
      (key, wanted) => get(collection, key, wanted, access),
    );
  }

  function keyOf(collection: string, record: Json): string | null {
    return keyOfRecord(record, primaryKeyOf(collection));
  }

  function recordsOf(collection: string, body: Json): readonly Json[] {
    const pointer = facts.records ?? facts.record;
    const records = jsonAt(body, pointer) ?? null;
    if (records === null && body === null) return [];
    if (Array.isArray(records)) return records as Json[];
    const fact = facts.records === null ? "record" : "records";
    const message = `The answer to a list of ${collection} holds no list at "${pointer}"; upstream.api.${fact} says where it is`;
    throw new StepError("UPSTREAM_FAILED", message, { retryable: false });
  }

  /** The record in an answer, which an API whose keys are filters gives as a list of one. */
  function onlyRecord(collection: string, body: Json): Json {
    const record = recordOf(facts, body);
    if (!Array.isArray(record)) return record;
    const [only = null, another] = record as readonly Json[];
    if (another === undefined) return only;
    const message = `The upstream answered several records of ${collection} where one was asked for; see upstream.api.get`;
    throw new StepError("UPSTREAM_FAILED", message, { retryable: false });
  }

  function tooMany(collection: string): StepError {
    const message = `${collection} has more than ${rowLimit} such records, the most that are worked on in memory (limits.rows)`;
    return new StepError("TOO_MANY_ROWS", message, { retryable: false });
  }
}

const noSuch = (collection: string) =>
  new StepError("UPSTREAM_FAILED", `GET ${collection} was answered 404 by the upstream`, {
    retryable: false,
  });
