import { z } from "zod";
import { WRITE_ACTIONS } from "../model/action.ts";
import type { PreActionTrigger, TriggerType } from "../model/workflow.ts";
import { aroundAction, boundTo, checkGlobal, requestFields } from "./around-action.ts";

const config = z
  .strictObject({
    type: z.literal("pre-action"),
    ...aroundAction(WRITE_ACTIONS),
    each: z
      .enum(["record", "request"])
      .default("record")
      .describe("One run for each record of the body, or one with `values` the whole body."),
    observe: z.boolean().default(false).describe("Runs and is recorded, but changes nothing."),
    bodies: z
      .enum(["readable", "any"])
      .default("readable")
      .describe(
        "`any`: bodies that can't be read pass too, with `values` null. A global one refuses them otherwise.",
      ),
  })
  .superRefine(checkGlobal)
  .transform(({ actions = [...WRITE_ACTIONS], roles = null, ...trigger }): PreActionTrigger => ({
    ...trigger,
    actions,
    roles,
  }));

/** Before an action: a workflow may check, change or refuse it. See docs/workflows.md, "Before an action". */
export const preAction: TriggerType<PreActionTrigger> = {
  type: "pre-action",
  title: "Before an action",
  about:
    "Runs before an action of a collection. It may check the request, change it with `set-request`, " +
    "or refuse it. The client waits for it.",
  config,
  fields: requestFields,
  sync: () => true,
  when: (trigger) => `before ${boundTo(trigger)}${trigger.observe ? ", only to observe" : ""}`,
};
