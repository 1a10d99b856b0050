import { z } from "zod";
import { StepError } from "../model/step-error.ts";
import { defineStep } from "../model/step-type.ts";
import { requestHeaderValues } from "./parts/header-values.ts";
import { jsonObject, queryValues } from "./parts/json.ts";
import { on } from "./parts/outcomes.ts";

/** Changes the request before it is forwarded. */
export const setRequest = defineStep({
  type: "set-request",
  title: "Change the request",
  about:
    "Changes the request that the upstream gets. Later workflows see the change. It errs when `values` are set on a " +
    "body that is not a JSON object. Hop-by-hop headers, Host, Content-Length and credentials can't be set.",
  result: "null",
  triggers: ["pre-action"],
  steers: () => true,
  config: z.strictObject({
    values: jsonObject.optional().describe("Fields to set in the body; others stay."),
    replace: z.boolean().default(false).describe("Take `values` for the whole body."),
    headers: requestHeaderValues.optional().describe("Headers to set."),
    query: queryValues.optional().describe("Query parameters to set; null removes one."),
  }),

  run(change, { request, limits }) {
    if (request === null) {
      throw new StepError("NO_REQUEST", "This run has no request to change", { retryable: false });
    }
    request.change(change, limits.headers);
    return on(null);
  },
});
