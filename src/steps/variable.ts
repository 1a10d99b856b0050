import { z } from "zod";
import { defineStep } from "../model/step-type.ts";
import { anyJson } from "./parts/json.ts";
import { on } from "./parts/outcomes.ts";

/** Declares or assigns a variable. */
export const variable = defineStep({
  type: "variable",
  title: "Variable",
  about:
    "Declares or assigns `vars.<name>`. A variable is the run's: what a branch assigns, steps behind the branch see.",
  result: "The value.",
  declares: "name",
  gives: (_raw, { at }) => at("value"),
  config: z.strictObject({
    name: z.string().min(1).describe("Letters, digits and `_`; no digit first."),
    value: anyJson.describe("Any value."),
  }),

  run({ name, value }, { assign }) {
    assign(name, value);
    return on(value);
  },
});
