import { z } from "zod";
import { checkHeadersLength } from "../model/headers-length.ts";
import { defineStep } from "../model/step-type.ts";
import { answerStatus } from "./parts/answer-status.ts";
import { headerValues } from "./parts/header-values.ts";
import { anyJson } from "./parts/json.ts";

/** Answers the client itself. */
export const response = defineStep({
  type: "response",
  title: "Response",
  about:
    "Answers the client in place of the upstream, and ends the run as `succeeded`, from any depth. A text is sent as " +
    "text/plain, anything else as JSON, unless `Content-Type` says otherwise.",
  result: "null",
  triggers: ["pre-action", "custom-action", "webhook"],
  syncOnly: () => ({
    key: "type",
    why: "no client waits for this workflow, so there is no client to answer",
  }),
  ends: () => true,
  steers: () => true,
  config: z.strictObject({
    status: answerStatus.default(200).describe("HTTP status, 200 to 599."),
    headers: headerValues.default({}).describe("Answer headers."),
    body: anyJson.default(null).describe("Any JSON, or a text. Without one, or null: no body."),
  }),

  run(answer, { limits }) {
    checkHeadersLength(answer.headers, limits.headers);
    return { go: "end", status: "succeeded", result: null, response: answer };
  },
});
