import { z } from "zod";
import type { PostActionTrigger, TriggerType } from "../model/workflow.ts";
import { appends, aroundAction, boundTo, checkGlobal, requestFields } from "./around-action.ts";

/** The actions of a local workflow that names none. */
const USUAL: readonly string[] = ["create", "update"];

const config = z
  .strictObject({
    type: z.literal("post-action"),
    ...aroundAction(USUAL),
    each: z
      .enum(["record", "request"])
      .default("record")
      .describe("One run for each record of the answer, or one with `data` a list of all."),
    appends: appends.default([]).describe("Associations to load into `data`."),
    sync: z.boolean().default(false).describe("Whether the client waits for it."),
  })
  .superRefine(checkGlobal)
  .transform(({ actions = [...USUAL], roles = null, ...trigger }): PostActionTrigger => ({
    ...trigger,
    actions,
    roles,
  }));

/** After an action that the upstream answered with 2xx. See docs/workflows.md, "After an action". */
export const postAction: TriggerType<PostActionTrigger> = {
  type: "post-action",
  title: "After an action",
  about:
    "Runs after an action of a collection that succeeded, on the record as it is then. It is queued, " +
    "or with `sync` the client waits for it.",
  config,
  fields: {
    data: "dyn",
    ...requestFields,
    response: { status: "double", headers: "dyn" },
  },
  sync: ({ sync }) => sync,
  when: (trigger) => `after ${boundTo(trigger)}`,
};
