import { z } from "zod";
import { defineStep } from "../model/step-type.ts";
import { jsonObject } from "./parts/json.ts";
import { on } from "./parts/outcomes.ts";
import { accessAs, callerWaits, writeAccessOf } from "./parts/record-access.ts";

/** Creates a record of the upstream. */
export const create = defineStep({
  type: "create",
  title: "Create",
  about:
    "Creates a record on the upstream itself, never back through the gateway, so it fires no workflow. It carries an " +
    "`Idempotency-Key`, the same on every attempt.",
  result: "The record as the upstream answers it; the values where the answer holds no record.",
  acts: true,
  syncOnly: callerWaits,
  gives: () => "record",
  config: z.strictObject({
    collection: z.string().min(1).describe("The collection."),
    values: jsonObject.describe("The fields of the new record."),
    as: accessAs,
  }),

  async run({ collection, values, as }, context) {
    const { records } = context.services;
    return on(await records.create(collection, values, writeAccessOf(as, context)));
  },
});
