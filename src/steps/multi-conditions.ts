import { z } from "zod";
import { asBoolean } from "../model/expression.ts";
import { steps, test } from "../model/compiled-fields.ts";
import type { JsonObject } from "../model/json.ts";
import { literalTest } from "../model/literal-test.ts";
import { defineStep } from "../model/step-type.ts";
import { whenDone } from "../model/when-done.ts";
import { after } from "./parts/outcomes.ts";
import { scalar } from "../model/value-type.ts";

/** Walks the first of several branches whose test is true. */
export const multiConditions = defineStep({
  type: "multi-conditions",
  title: "Several conditions",
  about:
    "Tests its cases in order and walks the steps of the first that is true, or those of `otherwise`. " +
    "The cases behind it are not tested.",
  result: "The index of the case, from 0; null when none was true.",
  ends: (raw, branchEnds) =>
    branchEnds("otherwise") &&
    testsOf(raw).every((always, at) => always === false || branchEnds("cases", at, "steps")),
  neverTaken(raw) {
    const tests = testsOf(raw);
    const last = tests.includes(true) ? tests.indexOf(true) : Infinity;
    const why = `the test of case ${last} is always true`;
    return [
      ...tests.flatMap((always, at) => {
        if (at > last) return [{ at: ["cases", at], why }];
        return always === false ? [{ at: ["cases", at], why: "its test is always false" }] : [];
      }),
      ...(last < Infinity && "otherwise" in raw ? [{ at: ["otherwise"], why }] : []),
    ];
  },
  ways: (raw) => [
    ...testsOf(raw).map((_, at) => ({ result: at, never: `never takes its case ${at}` })),
    { result: null, never: "never takes none of its cases" },
  ],
  gives: () => scalar("number"),
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

/** What the test of each case always is; null: that depends on the run. */
const testsOf = ({ cases }: JsonObject): (boolean | null)[] =>
  (cases as JsonObject[]).map((one) => literalTest(one["if"]));
