import { z } from "zod";
import { HOP_BY_HOP, isCredentialHeader } from "../model/headers.ts";
import { StepError, defineStep } from "../model/step.ts";
import { headerValues, jsonObject, queryValues } from "./json.ts";

const settable = headerValues.superRefine((headers, context) => {
  for (const name of Object.keys(headers)) {
    const lower = name.toLowerCase();
    const ours = HOP_BY_HOP.has(lower) || lower === "host" || lower === "content-length";
    const message = ours
      ? `the gateway itself sets the header "${name}"`
      : `"${name}" carries a credential; a workflow may not set it`;
    if (ours || isCredentialHeader(lower)) {
      context.addIssue({ code: "custom", path: [name], message });
    }
  }
});

/** Changes the request before it is forwarded. */
export const setRequest = defineStep({
  type: "set-request",
  title: "Change the request",
  about:
    "Changes the request that the upstream gets. Later workflows see the change. It errs when `values` are set on a " +
    "body that is not a JSON object.",
  result: "null",
  triggers: ["pre-action"],
  config: z.strictObject({
    values: jsonObject.optional().describe("Fields to set in the body; others stay."),
    replace: z.boolean().default(false).describe("Take `values` for the whole body."),
    headers: settable.optional().describe("Headers to set."),
    query: queryValues.optional().describe("Query parameters to set; null removes one."),
  }),

  run(change, { request }) {
    if (request === null) {
      throw new StepError("NO_REQUEST", "There is no request to change here", { retryable: false });
    }
    request.change(change);
    return { go: "on", result: null };
  },
});
