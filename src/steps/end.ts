import { z } from "zod";
import { defineStep } from "../model/step-type.ts";

/** Ends the run. */
export const end = defineStep({
  type: "end",
  title: "End",
  about:
    "Ends the run at once, from any depth. In a pre-action, `succeeded` answers 200 with the messages, `failed` " +
    "answers 400; in both the action does not happen.",
  result: "null",
  ends: () => true,
  steers: () => true,
  config: z.strictObject({
    status: z.enum(["succeeded", "failed"]).describe("How the run ends."),
  }),

  run: ({ status }) => ({ go: "end", status, result: null }),
});
