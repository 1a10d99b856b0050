// @ts-check
import { StepError, defineStep, fields, on, z } from "sidehook";

/** Posts a text to a Slack channel by an incoming webhook. */
export const slack = defineStep({
  type: "slack",
  title: "Slack message",
  about: "Posts a text to the channel of an incoming webhook.",
  result: "null",
  acts: true,
  config: z.strictObject({
    webhook: fields.url.describe("The address of the webhook."),
    text: z.string().min(1).describe("The text."),
  }),

  async run({ webhook, text }, { services, signal, idempotencyKey }) {
    const { status } = await services.outbound({
      to: webhook,
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": idempotencyKey },
      body: JSON.stringify({ text }),
      signal,
    });
    if (status !== 200) {
      throw new StepError("SLACK_FAILED", `Slack answered ${status}`, {
        retryable: status === 429 || status >= 500,
      });
    }
    return on(null);
  },
});
