import { z } from "zod";
import { StepError, defineStep, expression, steps } from "../model/step.ts";
import type { Json } from "../model/json.ts";

/** Goes one way or the other; without branches, goes on only when true. */
export const condition = defineStep({
  type: "condition",
  title: "Condition",
  about:
    "Tests an expression. With `then` or `else` it walks the branch that fits and goes on. With neither, it goes on " +
    "only when the test is true; otherwise the run is refused.",
  result: "The boolean.",
  config: z.strictObject({
    if: expression.describe("The test."),
    then: steps.optional().describe("Steps for true."),
    else: steps.optional().describe("Steps for false."),
  }),

  async run(config, { evaluate, walk }) {
    const holds = asBoolean(evaluate(config.if));
    const [at, branch] = holds
      ? (["then", config.then] as const)
      : (["else", config.else] as const);
    if (branch) {
      const outcome = await walk(branch, { at });
      return outcome.go === "end" ? outcome : { go: "on", result: holds };
    }
    const branchless = !config.then && !config.else;
    return holds || !branchless
      ? { go: "on", result: holds }
      : { go: "end", status: "failed", result: false };
  },
});

/** A test's value. @throws {StepError} `NOT_A_BOOLEAN`: nothing is taken for true or false that is not */
export function asBoolean(value: Json): boolean {
  if (typeof value === "boolean") return value;
  const message = `A condition should be true or false, not ${value === null ? "null" : typeof value}`;
  throw new StepError("NOT_A_BOOLEAN", message, { retryable: false });
}
