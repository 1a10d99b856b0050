import { z } from "zod";
import { StepError } from "../model/step-error.ts";
import { defineStep } from "../model/step-type.ts";
import { answerStatus } from "./parts/answer-status.ts";
import { headerValues } from "./parts/header-values.ts";
import { anyJson } from "./parts/json.ts";
import { on } from "./parts/outcomes.ts";

/** Changes the answer before the client gets it. */
export const setResponse = defineStep({
  type: "set-response",
  title: "Change the answer",
  about:
    "Changes the upstream's answer before the client gets it. Later workflows change it further. Only in a sync " +
    "post-action. Hop-by-hop headers and Content-Length can't be set.",
  result: "null",
  triggers: ["post-action"],
  syncOnly: () => ({
    key: "type",
    why: "no client waits for this workflow, so there is no answer to change",
  }),
  config: z.strictObject({
    status: answerStatus.optional().describe("HTTP status, 200 to 599."),
    headers: headerValues.optional().describe("Headers to set."),
    body: anyJson.optional().describe("The whole body: any JSON."),
  }),

  run(change, { response, limits }) {
    if (response === null) {
      const message = "This run has no answer to change";
      throw new StepError("NO_RESPONSE", message, { retryable: false });
    }
    response.change(change, limits.headers);
    return on(null);
  },
});
