import { z } from "zod";
import { AGGREGATE_FUNCTIONS } from "../model/aggregate.ts";
import { isJsonObject } from "../model/json.ts";
import { defineStep } from "../model/step-type.ts";
import { jsonObject } from "./parts/json.ts";
import { on } from "./parts/outcomes.ts";
import { accessAs, accessOf, callerWaits } from "./parts/record-access.ts";
import { scalar } from "../model/value-type.ts";

/** Makes one number of records of the upstream. */
export const aggregate = defineStep({
  type: "aggregate",
  title: "Aggregate",
  about:
    "Makes one number of the upstream's records: how many there are, or the sum, the average, the least or the greatest of a " +
    "field. The upstream itself does it where its API has words for that; else the records are read page by page, at most " +
    "`limits.rows`. What is null or missing is left out. Integers are exact, however large.",
  result:
    "The number. Where there is no value, `count` and `sum` are 0, and `avg`, `min` and `max` null.",
  syncOnly: callerWaits,
  forResult: () => true,
  gives: () => scalar("number"),
  config: z
    .strictObject({
      collection: z.string().min(1).describe("The collection."),
      filter: jsonObject
        .optional()
        .describe("Of those records: equality by field, or operators: `{ age: { $gt: 3 } }`."),
      field: z
        .string()
        .min(1)
        .optional()
        .describe(
          "The field, which holds numbers; `a.b` for a nested one. `count` without it counts records, with it those that " +
            "have a value in it.",
        ),
      function: z.enum(AGGREGATE_FUNCTIONS).describe("The function."),
      as: accessAs,
    })
    .refine(({ field, function: name }) => name === "count" || field !== undefined, {
      error: "needs a field, as any function except count does",
      path: ["field"],
      // Also where another key is yet to be computed.
      when: ({ value }) => isJsonObject(value) && typeof value["function"] === "string",
    }),

  async run({ collection, filter = null, field = null, function: name, as }, context) {
    const { records } = context.services;
    const query = { filter, field, function: name };
    return on(await records.aggregate(collection, query, accessOf(as, context)));
  },
});
