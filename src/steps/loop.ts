import { z } from "zod";
import { type Expression, asBoolean } from "../model/expression.ts";
import { type Json, isJsonObject } from "../model/json.ts";
import { StepError, Suspension } from "../model/step-error.ts";
import { range, steps, turnTest } from "../model/compiled-fields.ts";
import { defineStep } from "../model/step-type.ts";
import { listOf } from "../model/value-type.ts";
import { after, on } from "./parts/outcomes.ts";

/** Walks its steps once for each item. */
export const loop = defineStep({
  type: "loop",
  title: "Loop",
  about:
    "Walks its steps once for each item of a list, a number of times (the item is the index), or for each entry of an " +
    "object (the item is `{ key, value }`). In its steps and in `while`, `each` (or the name given by `as`) has `item`, " +
    "`index` and `length`. Over `limits.loop` turns it errs before it starts.",
  result:
    "The list of the last step's result of each turn; null for a turn without steps, or that failed and was passed over.",
  binds: { key: "as", otherwise: "each", over: "over" },
  gives: (_raw, { at }) => listOf(at("steps")),
  config: z.strictObject({
    over: range.describe("A list, a number of times, or an object."),
    as: z
      .string()
      .min(1)
      .default("each")
      .describe("The name of the turn; `each` stays that of the loop around."),
    while: turnTest.optional().describe("Asked before each turn; the loop ends when it is false."),
    steps: steps.describe("The steps of each turn."),
    onItemError: z
      .enum(["fail", "break", "continue"])
      .default("fail")
      .describe("When a turn errs: the loop errs, ends without that turn, or goes on."),
  }),

  async run({ over, as, while: goesOn, steps: body, onItemError }, context) {
    const { evaluate, remember, walk, limits } = context;
    const value = await remember("over", () => evaluate(over));
    const items = itemsOf(value, over.names, limits.loop);
    const { length } = items;
    const results: Json[] = [];
    for (const [index, item] of items.entries()) {
      const names = { [as]: { item, index, length } };
      const ask = (test: Expression) => asBoolean(evaluate(test, names), test.source);
      if (goesOn && !(await remember(`while[${index}]`, () => ask(goesOn)))) break;
      try {
        const outcome = await walk(body, { iteration: index, names });
        if (outcome.go === "end") return after(outcome, results);
        results.push(outcome.result);
      } catch (error) {
        if (onItemError === "fail" || context.signal.aborted || error instanceof Suspension)
          throw error;
        if (onItemError === "break") break;
        results.push(null);
      }
    }
    return on(results);
  },
});

/**
 * The items of one loop.
 * @param written the names of an object that the configuration writes out, in their order
 * @throws {StepError} `NOT_A_LOOP`, `LOOP_TOO_LONG`
 */
function itemsOf(
  over: Json,
  written: readonly string[] | undefined,
  limit: number,
): readonly Json[] {
  if (typeof over === "number" || typeof over === "bigint") {
    if (over < 0 || !isWhole(over))
      throw refused(`${over} is not a valid number of times: write a whole number, at least 0`);
    return Array.from({ length: Number(within(over, limit)) }, (_, index) => index);
  }
  if (Array.isArray(over)) {
    within(over.length, limit);
    return over as readonly Json[];
  }
  if (!isJsonObject(over)) throw refused("A loop goes over a list, a number of times or an object");
  const names = written ?? Object.keys(over);
  within(names.length, limit);
  return names.map((key) => ({ key, value: over[key] ?? null }));
}

const isWhole = (times: number | bigint) => typeof times === "bigint" || Number.isInteger(times);

function within<T extends number | bigint>(turns: T, limit: number): T {
  if (turns <= limit) return turns;
  const message = `${turns} turns are more than limits.loop allows (${limit})`;
  throw new StepError("LOOP_TOO_LONG", message, { retryable: false });
}

const refused = (message: string) => new StepError("NOT_A_LOOP", message, { retryable: false });
