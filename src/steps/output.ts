import { z } from "zod";
import { defineStep } from "../model/step-type.ts";
import { anyJson } from "./parts/json.ts";
import { on } from "./parts/outcomes.ts";

/** Sets the run's result. */
export const output = defineStep({
  type: "output",
  title: "Output",
  about:
    "Sets the result of the run: the `data` of a custom action's answer, or what a `subflow` step gives. The last one counts.",
  result: "The value.",
  gives: (_raw, { at }) => at("value"),
  sets: "value",
  config: z.strictObject({ value: anyJson.describe("Any value.") }),

  run({ value }, context) {
    context.output(value);
    return on(value);
  },
});
