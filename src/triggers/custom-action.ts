import { z } from "zod";
import type { CustomActionTrigger, TriggerType } from "../model/workflow.ts";
import { appends, requestFields, roles } from "./around-action.ts";

/** Names whose `:trigger` is taken: `workflows:trigger` runs workflows without a record, `webhook:trigger` webhooks. */
const RESERVED = /^(workflows|webhook)$/i;

const config = z
  .strictObject({
    type: z.literal("custom-action"),
    collection: z
      .string()
      .min(1)
      .refine((name) => !RESERVED.test(name), {
        error:
          "workflows:trigger and webhook:trigger are reserved; " +
          "for a workflow without records write context: none and no collection",
      })
      .optional()
      .describe("The collection whose records it is for. Required unless `context: none`."),
    context: z
      .enum(["record", "records", "none"])
      .default("record")
      .describe("`data` is one record, a list of records, or what the body holds."),
    appends: appends.default([]).describe("Associations to load into `data`."),
    roles: roles.describe("Roles that may run it."),
    sync: z.boolean().default(false).describe("Whether the client waits for it."),
  })
  .superRefine(({ collection, context, appends: paths }, problems) => {
    if (context !== "none") {
      if (collection !== undefined) return;
      const message = "collection is missing; or write context: none, to run on workflows:trigger";
      return problems.addIssue({ code: "custom", message });
    }
    if (collection !== undefined) {
      const message = "context: none has no collection; it runs on workflows:trigger";
      problems.addIssue({ code: "custom", path: ["collection"], message });
    }
    if (paths.length > 0) {
      const message = "context: none has no record that associations could be loaded into";
      problems.addIssue({ code: "custom", path: ["appends"], message });
    }
  })
  .transform(({ collection = null, roles: some = null, ...trigger }): CustomActionTrigger => ({
    ...trigger,
    collection,
    roles: some,
  }));

/** On `POST /samples:trigger/1?triggerWorkflows=key`. See docs/workflows.md, "Custom actions". */
export const customAction: TriggerType<CustomActionTrigger> = {
  type: "custom-action",
  title: "Custom action",
  about:
    "Runs when a client asks for it: `POST /samples:trigger/1?triggerWorkflows=key`, on that record. With " +
    "`context: none` it runs on `POST /workflows:trigger`. It is queued, or with `sync` the client waits for it.",
  config,
  fields: { data: "dyn", ...requestFields },
  sync: ({ sync }) => sync,
  when: ({ collection }, key) =>
    `on POST ${collection ?? "workflows"}:trigger?triggerWorkflows=${key}`,
};
