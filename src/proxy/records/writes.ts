import { type Json, type JsonObject, isJsonObject } from "../../model/json.ts";
import type { PrimaryKeyOf } from "../../model/primary-key.ts";
import type { RecordAccess, Records } from "../../model/records.ts";
import { StepError } from "../../model/step-error.ts";
import type { ApiFacts } from "../../model/upstream-api.ts";
import { recordOf } from "../apis/answers.ts";
import type { AskJson } from "./client.ts";
import { keyOfRecord } from "./key.ts";
import { createRequest, destroyRequest, updateRequest } from "./requests.ts";

/** The settings and parts of writes. */
export interface RecordWritesOptions {
  readonly facts: ApiFacts;
  readonly primaryKeyOf: PrimaryKeyOf;
  readonly ask: AskJson;
  /** Reads a record whose write was answered without it. */
  readonly get: Records["get"];
}

/**
 * Writes one record at a time. An upstream that answers with an empty list or the count 0 (NocoBase) says what others say
 * by 404: that there is no such record.
 */
export function recordWrites(
  options: RecordWritesOptions,
): Pick<Records, "create" | "update" | "destroy"> {
  const { facts, primaryKeyOf, ask, get } = options;

  const placeOf = (collection: string, key: string) => ({
    collection,
    key,
    primaryKey: primaryKeyOf(collection),
  });

  return {
    async create(collection, values, access) {
      const answer = await ask(createRequest(facts, collection, values), collection, access);
      if (answer === undefined) throw notFound(collection);
      const record = writtenRecord(answer.json);
      if (facts.written === "whole" || record === null) return record ?? values;
      const known = { ...values, ...record };
      const key = keyOfRecord(record, primaryKeyOf(collection));
      return key === null ? known : readBack(collection, key, known, access);
    },

    async update(collection, key, values, access) {
      const answer = await ask(
        updateRequest(facts, placeOf(collection, key), values),
        collection,
        access,
      );
      if (answer === undefined || saysNone(answer.json)) throw noRecord(collection, key);
      const record = writtenRecord(answer.json);
      if (record !== null && facts.written === "whole") return record;
      return readBack(collection, key, { ...values, ...record }, access);
    },

    async destroy(collection, given, access) {
      const key = String(given);
      const answer = await ask(destroyRequest(facts, placeOf(collection, key)), collection, access);
      if (answer === undefined || saysNone(answer.json)) throw noRecord(collection, key);
      const record = writtenRecord(answer.json);
      const primaryKey = primaryKeyOf(collection);
      // `{ "ok": true }` is not a record.
      return record !== null && keyOfRecord(record, primaryKey) === key
        ? record
        : { [primaryKey]: given };
    },
  };

  /** The record as it is now; what is known of it where it can't be read back, since it is written. */
  async function readBack(
    collection: string,
    key: string,
    known: JsonObject,
    access: RecordAccess,
  ): Promise<Json> {
    try {
      return (await get(collection, key, [], access)) ?? known;
    } catch (error) {
      if (access.signal.aborted || !(error instanceof StepError)) throw error;
      return known;
    }
  }

  /** The record in an answer to a write: an object with something in it, or a list of just one. */
  function writtenRecord(body: Json): JsonObject | null {
    const [record = null, another] = [recordOf(facts, body)].flat() as readonly Json[];
    if (another !== undefined || !isJsonObject(record)) return null;
    return Object.keys(record).length === 0 ? null : record;
  }

  function saysNone(body: Json): boolean {
    const record = recordOf(facts, body);
    return record === 0 || (Array.isArray(record) && record.length === 0);
  }
}

const notFound = (collection: string) =>
  new StepError(
    "UPSTREAM_FAILED",
    `There is no collection ${collection}: the upstream answered 404`,
    {
      retryable: false,
    },
  );

const noRecord = (collection: string, key: string) =>
  new StepError("NO_RECORD", `There is no record ${key} of ${collection}`, { retryable: false });
