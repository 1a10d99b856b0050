import { z } from "zod";
import type { SubflowTrigger, TriggerType } from "../model/workflow.ts";

/** Run only by a `subflow` step of another workflow. See docs/steps.md, "subflow". */
export const subflow: TriggerType<SubflowTrigger> = {
  type: "subflow",
  title: "Subflow",
  about:
    "Runs when a `subflow` step of another workflow names it. `trigger.data` is that step's `input`.",
  config: z.strictObject({ type: z.literal("subflow") }),
  fields: { data: "dyn" },
  sync: () => null,
  when: () => "by a subflow step of another workflow",
};
