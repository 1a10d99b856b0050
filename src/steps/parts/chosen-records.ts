import { z } from "zod";
import { type Json, type JsonObject, isJsonObject } from "../../model/json.ts";
import type { RecordAccess } from "../../model/records.ts";
import type { StepContext } from "../../model/step-context.ts";
import { StepError } from "../../model/step-error.ts";
import { jsonObject } from "./json.ts";
import { accessAs, accessOf, writeAccessOf } from "./record-access.ts";

/** The key of one record. */
export const recordKey = z
  .union([z.string().min(1), z.number(), z.bigint()], {
    error: "should be a key: a text or a number",
  })
  .optional()
  .describe("The record's key.");

/** The keys of a step that writes records which it chooses by key or by filter. */
export const chosenRecords = z.strictObject({
  collection: z.string().min(1).describe("The collection."),
  key: recordKey,
  filter: jsonObject
    .refine((filter) => !saysNothing(filter), {
      error: "has an empty part, which would choose all records; name a field in each part",
    })
    .optional()
    .describe(
      "Those records: equality by field, or operators: `{ age: { $gt: 3 } }`. Never empty.",
    ),
  as: accessAs,
});

/** See `chosenRecords`. */
export type ChosenRecords = z.output<typeof chosenRecords>;

/** Records are chosen by just one of key and filter. */
export const byOne = ({ key, filter }: Partial<ChosenRecords>) =>
  (key === undefined) !== (filter === undefined);

/** The error for neither or both. It is checked also while one of them is still a template. */
export const byOneWording = {
  error: "needs either the key of a record, or a filter that chooses some",
  when: ({ value }: z.core.ParsePayload) => isJsonObject(value),
};

/** How many records a filter chose that were written, and that were gone when their turn came. */
export interface Written {
  readonly written: number;
  readonly gone: number;
}

/**
 * Writes the records that a step chooses, one request each, one after another. By key it gives the result of `write`. By
 * filter the records are looked up first; the choice stays the same on every attempt and after a crash.
 * @param countOf its result by filter
 * @throws {StepError} `NO_CALLER`; `NO_KEY` when one of them has no key, before anything is written; errors of `Records`
 */
export async function writeChosen(
  { collection, key = "", filter, as }: ChosenRecords,
  context: StepContext,
  write: (key: string | number | bigint, access: RecordAccess) => Promise<Json>,
  countOf: (done: Written) => number,
): Promise<Json> {
  if (filter === undefined) return write(key, writeAccessOf(as, context));
  const keys = await keysOf(collection, filter, accessOf(as, context), context);
  let gone = 0;
  for (const one of keys) {
    try {
      await write(one, writeAccessOf(as, context, one));
    } catch (error) {
      if (!(error instanceof StepError && error.code === "NO_RECORD")) throw error;
      gone += 1;
    }
  }
  return countOf({ written: keys.length - gone, gone });
}

async function keysOf(
  collection: string,
  filter: JsonObject,
  access: RecordAccess,
  { services: { records }, remember }: StepContext,
): Promise<readonly string[]> {
  const query = { filter, sort: [], limit: null, appends: [] };
  const found = await records.list(collection, query, access);
  const keys = found.map((record) => {
    const key = records.keyOf(collection, record);
    if (key !== null) return key;
    const message = `A record of ${collection} has no key; collections.${collection}.primaryKey says which field it is`;
    throw new StepError("NO_KEY", message, { retryable: false });
  });
  return remember("keys", () => keys);
}

/** Whether a filter, or some part of it, is empty: upstreams take that for any record. */
function saysNothing(filter: JsonObject): boolean {
  const entries = Object.entries(filter);
  return entries.length === 0 || entries.some(([name, value]) => isEmptyPart(name, value));
}

function isEmptyPart(name: string, value: Json): boolean {
  if (isJsonObject(value)) return saysNothing(value);
  if (!COMBINES.test(name)) return false;
  const parts = [value].flat() as readonly Json[];
  return parts.length === 0 || parts.some((part) => !isJsonObject(part) || saysNothing(part));
}

const COMBINES = /^[$_](and|or|nor|not)$/;
