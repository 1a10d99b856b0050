import { defineStep } from "../model/step-type.ts";
import { byOne, byOneWording, chosenRecords, writeChosen } from "./parts/chosen-records.ts";
import { on } from "./parts/outcomes.ts";
import { callerWaits } from "./parts/record-access.ts";

/** Destroys records of the upstream. */
export const destroy = defineStep({
  type: "destroy",
  title: "Destroy",
  about:
    "Destroys records on the upstream itself, never back through the gateway, so it fires no workflow: the one of a `key`, " +
    "or each that a `filter` finds, by a request of its own (at most `limits.rows`). Each request carries an " +
    "`Idempotency-Key`, the same on every attempt.",
  result:
    "With `key` the destroyed record, if the answer holds it, else `{ <primaryKey>: key }`, and it errs when there is " +
    "none; with `filter` how many are gone.",
  acts: true,
  syncOnly: callerWaits,
  config: chosenRecords.refine(byOne, byOneWording),

  async run(chosen, context) {
    const { records } = context.services;
    const result = await writeChosen(
      chosen,
      context,
      (key, access) => records.destroy(chosen.collection, key, access),
      ({ written, gone }) => written + gone,
    );
    return on(result);
  },
});
