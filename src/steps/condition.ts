import { z } from "zod";
import { asBoolean } from "../model/expression.ts";
import { steps, test } from "../model/compiled-fields.ts";
import type { JsonObject } from "../model/json.ts";
import { literalTest } from "../model/literal-test.ts";
import { type BranchEnds, defineStep } from "../model/step-type.ts";
import { whenDone } from "../model/when-done.ts";
import { after, on } from "./parts/outcomes.ts";
import { scalar } from "../model/value-type.ts";

/** Goes one way or the other; without branches, goes on only when true. */
export const condition = defineStep({
  type: "condition",
  title: "Condition",
  about:
    "Tests an expression. With `then` or `else` it walks the branch that fits and goes on. With neither, it goes on " +
    "only when the test is true; otherwise the run is refused: it ends as `failed`.",
  result: "The boolean.",
  ends: endsOf,
  steers: (raw) => !("then" in raw || "else" in raw),
  neverTaken(raw) {
    const always = literalTest(raw["if"]);
    if (always === null) return [];
    const at = always ? "else" : "then";
    return at in raw ? [{ at: [at], why: `the test is always ${always}` }] : [];
  },
  ways: () => [true, false].map((result) => ({ result, never: `is never ${result}` })),
  gives: () => scalar("boolean"),
  config: z.strictObject({
    if: test.describe("The test."),
    // oxlint-disable-next-line unicorn/no-thenable -- a word of the configuration; it holds a list, never a function
    then: steps.optional().describe("Steps for true."),
    else: steps.optional().describe("Steps for false."),
  }),

  run(config, { evaluate, remember, walk }) {
    const { if: asked, then: whenTrue, else: whenFalse } = config;
    const ask = () => asBoolean(evaluate(asked), asked.source);
    if (whenTrue === undefined && whenFalse === undefined) {
      return ask() ? on(true) : { go: "end", status: "failed", result: false, refused: true };
    }
    return whenDone(remember("case", ask), (holds) => {
      const at = holds ? "then" : "else";
      const branch = holds ? whenTrue : whenFalse;
      if (branch === undefined) return on(holds);
      return whenDone(walk(branch, { at }), (outcome) => after(outcome, holds));
    });
  },
});

/** Without branches the run ends where the test is false. */
function endsOf(raw: JsonObject, branchEnds: BranchEnds): boolean {
  const branches = "then" in raw || "else" in raw;
  const whenTrue = "then" in raw && branchEnds("then");
  const whenFalse = branches ? "else" in raw && branchEnds("else") : true;
  const always = literalTest(raw["if"]);
  if (always === null) return whenTrue && whenFalse;
  return always ? whenTrue : whenFalse;
}
