import { z } from "zod";
import { StepError, defineStep } from "../model/step.ts";
import { jsonObject } from "./json.ts";

const key = z.union([z.string().min(1), z.number()]).transform(String);

/** Reads records of the upstream. */
export const query = defineStep({
  type: "query",
  title: "Query",
  about:
    "Reads records from the upstream itself, never back through the gateway. With `key` one record, else a list. " +
    "What the upstream's API can't say is done in memory, over at most `limits.rows` records.",
  result: "With `key` the record, or null when there is none; else the list.",
  config: z
    .strictObject({
      collection: z.string().min(1).describe("The collection."),
      key: key.optional().describe("The record's key."),
      filter: jsonObject
        .optional()
        .describe("Equality by field, or operators: `{ age: { $gt: 3 } }`."),
      sort: z
        .union([z.string().transform((field) => [field]), z.array(z.string())])
        .default([])
        .describe("Field names; `-` before one for descending."),
      limit: z.number().int().min(1).optional().describe("At most so many."),
      appends: z.array(z.string()).default([]).describe("Associations to load along."),
      failOnEmpty: z.boolean().default(false).describe("Err when there is no such record."),
      as: z.enum(["service", "caller"]).default("service").describe("In whose name."),
    })
    .refine((config) => config.key === undefined || config.filter === undefined, {
      error: "give key or filter, not both",
    }),

  async run({ collection, key: one, filter = null, limit = null, ...config }, context) {
    const access = {
      caller: config.as === "caller" ? callerOf(context.caller) : null,
      signal: context.signal,
      headers: context.outgoing,
    };
    const { records } = context.services;
    const { sort, appends } = config;
    const found =
      one === undefined
        ? await records.list(collection, { filter, sort, limit, appends }, access)
        : await records.get(collection, one, appends, access);
    const empty = found === null || (Array.isArray(found) && found.length === 0);
    if (empty && config.failOnEmpty) {
      throw new StepError("NO_RECORD", `There is no such record of ${collection}`, {
        retryable: false,
      });
    }
    return { go: "on", result: found };
  },
});

function callerOf<T>(caller: T | null): T {
  if (caller !== null) return caller;
  throw new StepError("NO_CALLER", "Nobody is waiting for this run in whose name to act", {
    retryable: false,
  });
}
