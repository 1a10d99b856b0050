import { z } from "zod";
import { WRITE_ACTIONS } from "../../model/action.ts";
import type { Shape } from "../../model/expression.ts";
import type { PreActionTrigger, TriggerType } from "../../model/workflow.ts";

const config = z
  .strictObject({
    type: z.literal("pre-action"),
    collection: z.string().min(1).describe("The collection whose actions it looks at."),
    global: z
      .boolean()
      .default(false)
      .describe("Runs on every matching action. Otherwise only when a request names its key."),
    actions: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe("Required when global. Otherwise create, update, updateOrCreate and destroy."),
    roles: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe("Roles that may name a local one."),
    observe: z.boolean().default(false).describe("Runs and is recorded, but changes nothing."),
  })
  .superRefine(({ global, actions, roles }, problems) => {
    if (global && actions === undefined) {
      const message = "a global workflow names its actions: actions: [create, update]";
      problems.addIssue({ code: "custom", message });
    }
    if (global && roles !== undefined) {
      const message = "a global workflow guards against everyone; use `if` on trigger.roleName";
      problems.addIssue({ code: "custom", path: ["roles"], message });
    }
  })
  .transform(({ actions = [...WRITE_ACTIONS], roles = null, ...trigger }): PreActionTrigger => ({
    ...trigger,
    actions,
    roles,
  }));

/** The fields of `trigger` that every action has, before and after it. */
const actionFields: Shape = {
  params: { filterByTk: "dyn", filter: "dyn", values: "dyn" },
  user: "dyn",
  roleName: "dyn",
  collection: "string",
  action: "string",
  request: { method: "string", path: "string", query: "dyn", headers: "dyn", ip: "string" },
};

/** Before an action: a workflow may check, change or refuse it. SPEC, section 5. */
export const preAction: TriggerType = {
  type: "pre-action",
  title: "Before an action",
  about:
    "Runs before an action of a collection. It may check the request, change it with `set-request`, " +
    "or refuse it. The client waits for it.",
  config,
  fields: actionFields,
  sync: () => true,
};
