import { z } from "zod";
import { defineStep, expression, steps } from "../model/step.ts";
import { asBoolean } from "./condition.ts";

/** Walks the first of several branches whose test is true. */
export const multiConditions = defineStep({
  type: "multi-conditions",
  title: "Several conditions",
  about: "Tests its cases in order and walks the steps of the first that is true, or `otherwise`.",
  result: "The index of the case, from 0; null when none was true.",
  config: z.strictObject({
    cases: z
      .array(
        z.strictObject({
          if: expression.describe("The test."),
          steps: steps.describe("Its steps."),
        }),
      )
      .min(1)
      .describe("Tested in this order."),
    otherwise: steps.optional().describe("Steps for when no case is true."),
  }),

  async run({ cases, otherwise }, { evaluate, walk }) {
    const index = cases.findIndex((one) => asBoolean(evaluate(one.if)));
    const branch = cases[index]?.steps ?? otherwise ?? [];
    const outcome = await walk(branch, { at: index < 0 ? "otherwise" : `cases[${index}]` });
    return outcome.go === "end" ? outcome : { go: "on", result: index < 0 ? null : index };
  },
});
