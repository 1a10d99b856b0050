import type { Collection } from "../../model/action.ts";
import type { Json } from "../../model/json.ts";
import type { RecordAccess, Records } from "../../model/records.ts";
import { StepError } from "../../model/step-error.ts";
import type { ApiFacts } from "../../model/upstream-api.ts";
import { recordOf } from "../apis/answers.ts";
import { withAppends } from "./appends.ts";
import { withAssociations } from "./associations.ts";
import { type RecordClientOptions, recordClient } from "./client.ts";
import { matcher } from "./filter.ts";
import { ordered } from "./order.ts";
import { keyOfRecord, primaryKeyOf } from "./key.ts";
import { readPages } from "./pages.ts";
import { getRequest, listRequest } from "./requests.ts";
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
  const ask = recordClient({ ...options, now });

  return {
    ...recordWrites({ facts, collections, ask, get }),
    keyOf,
    get,
    associate,

    async list(collection, query, access) {
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
    },
  };

  async function get(
    collection: string,
    key: string,
    appends: readonly string[],
    access: RecordAccess,
  ): Promise<Json> {
    const answer = await ask(getRequest(facts, collection, key, appends), collection, access);
    const record = answer === undefined ? null : recordOf(facts, answer.json);
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
      (record) => keyOf(collection, record),
      (key, wanted) => get(collection, key, wanted, access),
    );
  }

  function keyOf(collection: string, record: Json): string | null {
    return keyOfRecord(record, primaryKeyOf(collections, collection));
  }

  function recordsOf(collection: string, body: Json): readonly Json[] {
    const records = recordOf(facts, body);
    if (records === null && body === null) return [];
    if (Array.isArray(records)) return records as Json[];
    const message = `The answer to a list of ${collection} holds no list at "${facts.record}"; upstream.api.record says where it is`;
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
