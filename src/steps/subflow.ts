import { z } from "zod";
import { defineStep } from "../model/step-type.ts";
import { anyJson } from "./parts/json.ts";
import { on } from "./parts/outcomes.ts";

/** Runs another workflow. */
export const subflow = defineStep({
  type: "subflow",
  title: "Subflow",
  about:
    "Runs a workflow of the trigger `subflow`, as a run of its own. Its messages join this run's. One that does not end as " +
    "`succeeded` errs the step. With `wait: false` it is queued, and the step is done at once.",
  result: "The value of its `output` step, or null; null with `wait: false`.",
  acts: true,
  runs: ({ workflow, wait }) => ({
    workflow: typeof workflow === "string" ? workflow : null,
    wait: wait !== false,
    input: "input",
  }),
  gives: ({ workflow, wait = true }, { outputOf }) =>
    typeof workflow === "string" && wait === true ? outputOf(workflow) : null,
  config: z.strictObject({
    workflow: z.string().min(1).describe("The key of the workflow."),
    input: anyJson.default(null).describe("Its `trigger.data`."),
    wait: z.boolean().default(true).describe("Go on when it has ended."),
  }),

  run: async ({ workflow, input, wait }, context) =>
    on(await context.subflow(workflow, input, wait)),
});
