// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { slack } from "./slack.js";

/** What the step was to send, where the webhook answers with a status. */
async function posted(/** @type {number} */ status) {
  /** @type {any[]} */
  const calls = [];
  const context = {
    signal: new AbortController().signal,
    idempotencyKey: "run-1:tell",
    services: {
      async outbound(/** @type {any} */ call) {
        calls.push(call);
        return { status, headers: {}, body: Buffer.from("") };
      },
    },
  };
  const webhook = { url: "https://hooks.slack.com/services/T/B/x", literalOrigin: true };
  const config = slack.config.parse({ webhook, text: "Good morning" });
  const outcome = await slack.run(config, /** @type {any} */ (context));
  return { calls, outcome };
}

test("the text is posted under the idempotency key", async () => {
  const { calls, outcome } = await posted(200);
  assert.deepEqual(outcome, { go: "on", result: null });
  assert.equal(calls[0].body, '{"text":"Good morning"}');
  assert.equal(calls[0].headers["idempotency-key"], "run-1:tell");
});

test("a failure of Slack is tried again, a refusal is not", async () => {
  await assert.rejects(posted(503), { code: "SLACK_FAILED", retryable: true });
  await assert.rejects(posted(404), { code: "SLACK_FAILED", retryable: false });
});
