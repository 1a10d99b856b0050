import { z } from "zod";
import { defineStep } from "../model/step.ts";
import { anyJson } from "./json.ts";

/** Declares or assigns a variable. */
export const variable = defineStep({
  type: "variable",
  title: "Variable",
  about: "Declares or assigns `vars.<name>`.",
  result: "The value.",
  declares: ({ name }) => (typeof name === "string" ? [name] : []),
  config: z.strictObject({
    name: z.string().min(1).describe("Letters, digits and `_`."),
    value: anyJson.describe("Any value."),
  }),

  run({ name, value }, { assign }) {
    assign(name, value);
    return { go: "on", result: value };
  },
});
