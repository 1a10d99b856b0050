import { z } from "zod";
import { type Json, isJsonObject } from "../model/json.ts";
import { StepError, defineStep, expression, steps, turnExpression } from "../model/step.ts";
import { asBoolean } from "./condition.ts";

/** Walks its steps once for each item. */
export const loop = defineStep({
  type: "loop",
  title: "Loop",
  about:
    "Walks its steps once for each item of a list, a number of times, or for each entry of an object (`{ key, value }`). " +
    "In its steps, `each` (or the name given by `as`) has `item`, `index` and `length`. " +
    "Over `limits.loop` turns it errs before it starts.",
  result:
    "The list of the last step's result of each turn; null for a turn that failed and was passed over.",
  binds: ({ as }) => [typeof as === "string" ? as : "each"],
  config: z.strictObject({
    over: expression.describe("A list, a number of times, or an object."),
    as: z
      .string()
      .min(1)
      .default("each")
      .describe("The name of the turn; `each` stays that of the loop around."),
    while: turnExpression
      .optional()
      .describe("Asked before each turn; the loop ends when it is false."),
    steps: steps.describe("What is done each turn."),
    onItemError: z
      .enum(["fail", "break", "continue"])
      .default("fail")
      .describe("When a turn errs: the loop errs, ends, or goes on."),
  }),

  async run(
    { over, as, while: goesOn, steps: body, onItemError },
    { evaluate, walk, limits, signal },
  ) {
    const items = itemsOf(evaluate(over), limits.loop);
    const results: Json[] = [];
    for (const [index, item] of items.entries()) {
      signal.throwIfAborted();
      const names = { [as]: { item, index, length: items.length } };
      if (goesOn && !asBoolean(evaluate(goesOn, names))) break;
      try {
        const outcome = await walk(body, { turn: index, names });
        if (outcome.go === "end") return outcome;
        results.push(outcome.result);
      } catch (error) {
        if (onItemError === "fail" || signal.aborted) throw error;
        if (onItemError === "break") break;
        results.push(null);
      }
    }
    return { go: "on", result: results };
  },
});

/** The items of one loop. @throws {StepError} `NOT_A_LOOP`, `LOOP_TOO_LONG` */
function itemsOf(over: Json, limit: number): readonly Json[] {
  const length = typeof over === "number" ? over : Array.isArray(over) ? over.length : null;
  if (length !== null && (!Number.isInteger(length) || length < 0)) {
    throw new StepError("NOT_A_LOOP", `${length} is no number of times`, { retryable: false });
  }
  const entries = isJsonObject(over) ? Object.entries(over) : [];
  const turns = length ?? (isJsonObject(over) ? entries.length : null);
  if (turns === null) {
    const message = "A loop goes over a list, a number of times or an object";
    throw new StepError("NOT_A_LOOP", message, { retryable: false });
  }
  if (turns > limit) {
    const message = `${turns} turns are more than limits.loop allows (${limit})`;
    throw new StepError("LOOP_TOO_LONG", message, { retryable: false });
  }
  if (Array.isArray(over)) return over as readonly Json[];
  if (typeof over === "number") return Array.from({ length: over }, (_, index) => index);
  return entries.map(([key, value]) => ({ key, value }));
}
