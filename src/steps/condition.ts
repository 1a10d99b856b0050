import { z } from "zod";
import { asBoolean } from "../model/expression.ts";
import { defineStep, expression, steps } from "../model/step.ts";
import { after, on } from "./outcomes.ts";

/** Goes one way or the other; without branches, goes on only when true. */
export const condition = defineStep({
  type: "condition",
  title: "Condition",
  about:
    "Tests an expression. With `then` or `else` it walks the branch that fits and goes on. With neither, it goes on " +
    "only when the test is true; otherwise the run is refused: it ends as `failed`.",
  result: "The boolean.",
  config: z.strictObject({
    if: expression.describe("The test."),
    // oxlint-disable-next-line unicorn/no-thenable -- a word of the configuration; it holds a list, never a function
    then: steps.optional().describe("Steps for true."),
    else: steps.optional().describe("Steps for false."),
  }),

  run(config, { evaluate, walk }) {
    const holds = asBoolean(evaluate(config.if), config.if.source);
    const at = holds ? "then" : "else";
    const branch = config[at];
    if (branch) return walk(branch, { at }).then((outcome) => after(outcome, holds));
    const goesOn = holds || config.then !== undefined || config.else !== undefined;
    return goesOn ? on(holds) : { go: "end", status: "failed", result: false, refused: true };
  },
});
