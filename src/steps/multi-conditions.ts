import { z } from "zod";
import { asBoolean } from "../model/expression.ts";
import { steps, test } from "../model/compiled-fields.ts";
import { defineStep } from "../model/step-type.ts";
import { whenDone } from "../model/when-done.ts";
import { after } from "./parts/outcomes.ts";

/** Walks the first of several branches whose test is true. */
export const multiConditions = defineStep({
  type: "multi-conditions",
  title: "Several conditions",
  about:
    "Tests its cases in order and walks the steps of the first that is true, or those of `otherwise`. " +
    "The cases behind it are not tested.",
  result: "The index of the case, from 0; null when none was true.",
  config: z.strictObject({
    cases: z
      .array(
        z.strictObject({
          if: test.describe("The test."),
          steps: steps.describe("Its steps."),
        }),
      )
      .min(1, { error: "should have at least one case" })
      .describe("Tested in this order."),
    otherwise: steps.optional().describe("Steps for when no case is true."),
  }),

  run({ cases, otherwise = [] }, { evaluate, remember, walk }) {
    const ask = () => cases.findIndex((one) => asBoolean(evaluate(one.if), one.if.source));
    return whenDone(remember("case", ask), (index) => {
      const chosen = cases[index];
      return chosen === undefined
        ? whenDone(walk(otherwise, { at: "otherwise" }), (outcome) => after(outcome, null))
        : whenDone(walk(chosen.steps, { at: `cases[${index}]` }), (outcome) =>
            after(outcome, index),
          );
    });
  },
});
