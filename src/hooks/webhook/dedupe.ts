import { hash } from "node:crypto";
import { GatewayError } from "../../model/errors.ts";
import { ExpressionError } from "../../model/expression.ts";
import { type Json, type JsonObject, jsonText } from "../../model/json.ts";
import type { DeliveryKey } from "../../model/queue.ts";
import type { WebhookDedupe } from "../../model/webhook.ts";

/** The identity of a delivery, by which it is recognised when it comes again. */
export interface DedupeKey {
  readonly delivery: DeliveryKey;
  /** The same, as one text. */
  readonly id: string;
  /** When it is forgotten. */
  readonly until: Date;
}

/**
 * The identity of a delivery; null where its trigger has no `dedupe`, or the key is null or empty.
 * A key that is not a text is taken as JSON: 5 and "5" are the same key.
 * @param trigger what its expression sees as `trigger`
 * @throws {GatewayError} BAD_REQUEST when the key can't be evaluated
 */
export function dedupeKeyOf(
  workflow: string,
  dedupe: WebhookDedupe | null,
  trigger: JsonObject,
  now: Date,
): DedupeKey | null {
  if (dedupe === null) return null;
  const value = keyOf(workflow, dedupe, trigger, now);
  if (value === null || value === "") return null;
  // As a hash, since it may be a secret, or as long as a body.
  const text = typeof value === "string" ? value : jsonText(value);
  // UTF-8 has one form for all halves of a character.
  const key = hash("sha256", Buffer.from(text, "utf16le"), "base64url");
  const until = new Date(now.getTime() + dedupe.for);
  return { delivery: { workflow, key }, id: JSON.stringify([workflow, key]), until };
}

function keyOf(workflow: string, { key }: WebhookDedupe, trigger: JsonObject, now: Date): Json {
  const run = { id: "", workflow, startedAt: now.toISOString(), attempt: 1 };
  try {
    return key.evaluate({ trigger, run, steps: {}, vars: {}, secrets: {} });
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const message = "dedupe.key can't be evaluated for this delivery";
    throw new GatewayError("BAD_REQUEST", message, { cause: error });
  }
}
