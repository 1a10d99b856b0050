import { z } from "zod";
import { defineStep } from "../model/step-type.ts";
import { anyJson } from "./parts/json.ts";
import { on } from "./parts/outcomes.ts";

/** Gives a value to later steps. */
export const calculation = defineStep({
  type: "calculation",
  title: "Calculation",
  about: "Evaluates a value once, for later steps to read as `steps.<id>`.",
  result: "The value.",
  forResult: () => true,
  gives: (_raw, { at }) => at("value"),
  config: z.strictObject({
    value: anyJson.describe("Any value: `${{ 2 * trigger.params.values.price }}`."),
  }),

  run: ({ value }) => on(value),
});
