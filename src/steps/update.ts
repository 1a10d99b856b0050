import { defineStep } from "../model/step-type.ts";
import { byOne, byOneWording, chosenRecords, writeChosen } from "./parts/chosen-records.ts";
import { jsonObject } from "./parts/json.ts";
import { on } from "./parts/outcomes.ts";
import { callerWaits } from "./parts/record-access.ts";

/** Changes records of the upstream. */
export const update = defineStep({
  type: "update",
  title: "Update",
  about:
    "Changes records on the upstream itself, never back through the gateway, so it fires no workflow: the one of a `key`, " +
    "or each that a `filter` finds, by a request of its own (at most `limits.rows`). Each request carries an " +
    "`Idempotency-Key`, the same on every attempt.",
  result:
    "With `key` the record, and it errs when there is none; with `filter` how many were changed.",
  acts: true,
  syncOnly: callerWaits,
  gives: ({ key }) => (key === undefined ? null : "record"),
  config: chosenRecords
    .extend({ values: jsonObject.describe("The fields to set; others stay.") })
    .refine(byOne, byOneWording),

  async run({ values, ...chosen }, context) {
    const { records } = context.services;
    const result = await writeChosen(
      chosen,
      context,
      (key, access) => records.update(chosen.collection, String(key), values, access),
      ({ written }) => written,
    );
    return on(result);
  },
});
