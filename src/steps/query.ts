import { z } from "zod";
import type { StepContext } from "../model/step-context.ts";
import { StepError } from "../model/step-error.ts";
import { defineStep } from "../model/step-type.ts";
import { recordKey } from "./parts/chosen-records.ts";
import { jsonObject } from "./parts/json.ts";
import { on } from "./parts/outcomes.ts";
import { accessAs, accessOf, callerWaits } from "./parts/record-access.ts";

const fields = z.array(z.string().min(1));

const config = z
  .strictObject({
    collection: z.string().min(1).describe("The collection."),
    key: recordKey,
    filter: jsonObject
      .optional()
      .describe("Equality by field, or operators: `{ age: { $gt: 3 } }`."),
    sort: z
      .union([
        z
          .string()
          .min(1)
          .transform((field) => [field]),
        fields,
      ])
      .default([])
      .describe("Field names; `-` before one for descending."),
    limit: z.number().int().min(1).optional().describe("At most so many."),
    appends: fields.default([]).describe("Associations to load along."),
    failOnEmpty: z.boolean().default(false).describe("Err when there is no such record."),
    as: accessAs,
  })
  .refine(({ key, filter }) => key === undefined || filter === undefined, {
    error: "a query takes a key or a filter, not both",
    // Also where one of them is yet to be computed.
    when: ({ value }) => typeof value === "object" && value !== null,
  });

/** Reads records of the upstream. */
export const query = defineStep({
  type: "query",
  title: "Query",
  about:
    "Reads records from the upstream itself, never back through the gateway. With `key` one record, else a list. " +
    "The parts that the upstream's API has no words for are done in memory, over at most `limits.rows` records.",
  result: "With `key` the record, or null when there is none; else the list.",
  syncOnly: callerWaits,
  steers: (raw) => raw["failOnEmpty"] === true,
  gives: ({ key }) => (key === undefined ? "records" : "record"),
  forResult: (raw) => raw["failOnEmpty"] !== true,
  config,

  async run(given, context) {
    const found = await read(given, context);
    const empty = found === null || (Array.isArray(found) && found.length === 0);
    if (!empty || !given.failOnEmpty) return on(found);
    const message = `No record of ${given.collection} was found`;
    throw new StepError("NO_RECORD", message, { retryable: false });
  },
});

function read(
  { collection, key, appends, as, ...list }: z.output<typeof config>,
  context: StepContext,
) {
  const { records } = context.services;
  const access = accessOf(as, context);
  if (key !== undefined) return records.get(collection, String(key), appends, access);
  const { filter = null, sort, limit = null } = list;
  return records.list(collection, { filter, sort, limit, appends }, access);
}
