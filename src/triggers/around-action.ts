import { z } from "zod";
import type { Shape } from "../model/expression.ts";
import type { ActionTrigger } from "../model/workflow.ts";

/** The part of a trigger around an action that binds it to actions. */
interface Bound {
  readonly global: boolean;
  readonly actions?: readonly string[] | undefined;
  readonly roles?: readonly string[] | undefined;
}

/** An action of the upstream. `trigger` runs custom actions, and there is nothing before or after it. */
const action = z
  .string()
  .min(1)
  .refine((name) => name.toLowerCase() !== "trigger", {
    error: "trigger is not an action of the upstream; write type: custom-action to run on it",
  });

/** Association paths: `["category", "author.company"]`. */
export const appends = z.array(
  z.string().regex(/^[^.,\s]+(\.[^.,\s]+)*$/, {
    error: "should be an association, or a path of some: author.company",
  }),
);

/** The roles that may name a workflow. */
export const roles = z.array(z.string().min(1)).min(1).optional();

/**
 * The keys of every trigger around an action.
 * @param usual the actions of a local one that names none
 */
export const aroundAction = (usual: readonly string[]) => ({
  collection: z.string().min(1).describe("The collection whose actions it looks at."),
  global: z
    .boolean()
    .default(false)
    .describe("Runs on every matching action. Otherwise only when a request names its key."),
  actions: z
    .array(action)
    .min(1)
    .optional()
    .describe(`Required when global. Otherwise ${usual.join(", ")}.`),
  roles: roles.describe("Roles that may name a local one."),
});

/** A global workflow names its actions, and runs for every role. See docs/workflows.md, "Before an action". */
export function checkGlobal({ global, actions, roles: some }: Bound, problems: z.RefinementCtx) {
  if (!global) return;
  if (actions === undefined) {
    const message = "a global workflow must name its actions: actions: [create, update]";
    problems.addIssue({ code: "custom", message });
  }
  if (some !== undefined) {
    const message =
      "a global workflow runs for every role; to choose roles, use `if` on trigger.roleName";
    problems.addIssue({ code: "custom", path: ["roles"], message });
  }
}

/** The fields of `trigger` that every workflow has that a client's request runs. */
export const requestFields = {
  params: { filterByTk: "dyn", filter: "dyn", values: "dyn" },
  user: "dyn",
  roleName: "dyn",
  collection: "string",
  action: "string",
  request: { method: "string", path: "string", query: "dyn", headers: "dyn", ip: "string" },
} satisfies Shape;

/** `create, update of posts, on every request` · `destroy of posts, where a request names the workflow`. */
export const boundTo = ({ actions, collection, global }: ActionTrigger): string =>
  `${actions.join(", ")} of ${collection}, ` +
  (global ? "on every request" : "where a request names the workflow");
